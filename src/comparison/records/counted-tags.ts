import { findCycles } from "../../experiments/timeline/entries.ts";
import type { ExperimentRecords } from "./records.ts";

/** Lists the tags that any experiment has counts for, in any of its cycles. */
export function listCountedTags(all: ExperimentRecords[]): Set<string> {
  return new Set(
    all.flatMap((records) =>
      [...findCycles(records.timeline), { by_tag: records.outcomes?.by_tag ?? {} }].flatMap(({ by_tag }) =>
        Object.keys(by_tag),
      ),
    ),
  );
}
