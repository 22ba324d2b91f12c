import type { Leftover } from "../../../schemas/leftover.ts";
import type { CleanUp } from "../../lifecycle/clean-up/clean-up.ts";
import { sumCost } from "../../lifecycle/clean-up/cost.ts";
import { onOneLine } from "../../utils/text/printable.ts";
import { describeMinutes } from "./describe-minutes.ts";

/** Renders a line for each leftover: what it is, what it costs, and why it goes or stays. */
export function renderCleanUp({ removed, removable, left, warnings }: CleanUp): string[] {
  const all = [...removed, ...removable, ...left];
  if (all.length === 0) return ["Nothing is left over.", ...warnings];
  return [
    ...removed.map((each) => `removed    ${describe(each)}`),
    ...removable.map((each) => `removable  ${describe(each)}`),
    ...left.map((each) => `left       ${describe(each)}\n           → ${onOneLine(each.left ?? "")}`),
    ...warnings,
    summarize({ removed, removable, left, warnings }),
  ];
}

function describe({ kind, name, why, ...cost }: Leftover): string {
  const figures = [describeMinutes(cost.age_minutes), describeSize(cost.bytes)].filter((each) => each !== "");
  return `${kind} ${onOneLine(`${name}: ${why}`)}${figures.length === 0 ? "" : ` (${figures.join(", ")})`}`;
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
