import type { Leftover } from "../../../schemas/leftover.ts";

/** What leftovers have cost and take up together: minutes of branches, bytes of this machine's disk. */
export function sumCost(leftovers: readonly Leftover[]): { branch_minutes: number; bytes: number } {
  const sum = (pick: (each: Leftover) => number | undefined) =>
    leftovers.reduce((total, each) => total + (pick(each) ?? 0), 0);
  return { branch_minutes: sum((each) => each.branch_minutes), bytes: sum((each) => each.bytes) };
}
