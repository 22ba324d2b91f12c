import type { Leftover } from "../../schemas/leftover.ts";
import { type CleanUp, cleanUp } from "../lifecycle/clean-up/clean-up.ts";
import { sumCost } from "../lifecycle/clean-up/cost.ts";
import { mayAct } from "./ask.ts";
import type { Shared } from "./command.ts";
import { describeMinutes } from "./describe-minutes.ts";
import type { Flags } from "./options.ts";

/** `clean-up`: shows what experiments left behind, and removes what is ours after it was allowed to. */
export async function runCleanUp(shared: Shared, { yes = false }: Flags): Promise<void> {
  const context = { ...shared, signal: new AbortController().signal };
  const found = await cleanUp(context, { apply: false });
  print(renderCleanUp(found));
  const count = found.removable.length;
  if (count === 0) return;
  if (await mayAct(`Remove what is removable (${count})?`, yes))
    return print(renderCleanUp(await cleanUp(context, { apply: true })));
  if (!process.stdin.isTTY) print(["Nothing was removed: --yes removes what is removable without asking."]);
}

/** A line for each leftover: what it is and costs, and why it goes or stays. */
export function renderCleanUp({ removed, removable, left, warnings }: CleanUp): string[] {
  const all = [...removed, ...removable, ...left];
  if (all.length === 0) return ["Nothing is left over.", ...warnings];
  return [
    ...removed.map((each) => `removed    ${describe(each)}`),
    ...removable.map((each) => `removable  ${describe(each)}`),
    ...left.map((each) => `left       ${describe(each)}\n           → ${each.left}`),
    ...warnings,
    summarize({ removed, removable, left, warnings }),
  ];
}

function describe({ kind, name, why, ...cost }: Leftover): string {
  const figures = [describeMinutes(cost.age_minutes), describeSize(cost.bytes)].filter((each) => each !== "");
  return `${kind} ${name}: ${why}${figures.length === 0 ? "" : ` (${figures.join(", ")})`}`;
}

function describeSize(bytes: number | undefined): string {
  if (bytes === undefined) return "";
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function summarize({ removed, removable, left }: CleanUp): string {
  const { branch_minutes, bytes } = sumCost([...removed, ...removable, ...left]);
  const counts = `${removed.length} removed, ${removable.length} removable, ${left.length} left`;
  return `${counts}; ${branch_minutes} branch-minutes so far, ${describeSize(bytes)} on disk.`;
}

function print(lines: string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}
