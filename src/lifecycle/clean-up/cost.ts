import type { Leftover } from "../../../schemas/leftover.ts";

/** Sums what leftovers have cost and occupy: branch minutes, and bytes of local disk. */
export function sumCost(leftovers: readonly Leftover[]): { branch_minutes: number; bytes: number } {
  const sum = (pick: (each: Leftover) => number | undefined) =>
    leftovers.reduce((total, each) => total + (pick(each) ?? 0), 0);
  return { branch_minutes: sum((each) => each.branch_minutes), bytes: sum((each) => each.bytes) };
}
