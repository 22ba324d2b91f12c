import type { Warning } from "../../../schemas/comparison/warning.ts";
import { experimentPaths } from "../../experiments/layout.ts";
import { isMeasured } from "../../experiments/outcomes/outcomes.ts";
import { nameSome } from "../../utils/text/name-some.ts";
import { findUnmeasured, readCounts, sortTags } from "../records/matrix.ts";
import type { JudgedExperiment } from "../records/rows.ts";
import { formatCounts } from "../views/format.ts";
import { makeWarning, maxShown } from "./warning.ts";

/** Warns of reported suites that no run has measured, and says how to measure them. */
export function warnOfUnmeasuredReports(judged: JudgedExperiment[], planned: readonly string[]): Warning[] {
  const found = judged
    .filter(({ row }) => row.reported !== undefined && row.signal !== "abandoned")
    .map((each) => ({ ...each, unmeasured: findUnmeasured(each.row) }))
    .filter(({ unmeasured }) => unmeasured.size > 0);
  if (found.length === 0) return [];
  const texts = found.map(({ row, unmeasured }) => {
    const counts = [...unmeasured].map(([tag, each]) => `${tag} ${formatCounts(each)}`);
    return `${row.experiment_slug} (${nameSome(counts, maxShown)})`;
  });
  const tags = sortTags([...new Set(found.flatMap(({ unmeasured }) => [...unmeasured.keys()]))]);
  const unplanned = tags.filter((tag) => !planned.includes(tag));
  const how =
    unplanned.length === 0
      ? "Run it"
      : `Add a suite for ${nameSome(unplanned, maxShown)} to plan.json and run it`;
  const message = `Reported but not measured, so it decides nothing: ${nameSome(texts, maxShown)}. ${how} to have it measured.`;
  return [makeWarning("reported-not-measured", message, listRecords(found))];
}

/** Warns of suites reported as failing in which a run measured no failure. */
export function warnOfOtherReports(judged: JudgedExperiment[]): Warning[] {
  const found = judged.flatMap((each) => {
    const failing = Object.entries(each.row.reported ?? {}).filter(([tag, { failed }]) => {
      const isGreen = isMeasured(each.row.evidence, tag) && readCounts(each.row, tag)?.failed === 0;
      return failed > 0 && isGreen;
    });
    return failing.length === 0 || each.row.signal === "abandoned" ? [] : [{ ...each, failing }];
  });
  if (found.length === 0) return [];
  const texts = found.map(({ row, failing }) => {
    const counts = failing.map(([tag, { failed }]) => `${tag} ${failed}`);
    return `${row.experiment_slug} (${nameSome(counts, maxShown)})`;
  });
  const message = `Reported as failing elsewhere, although no failure was measured: ${nameSome(texts, maxShown)}. The measurement decides; find out what differs.`;
  return [makeWarning("reported-otherwise", message, listRecords(found))];
}

function listRecords(found: JudgedExperiment[]): string[] {
  return found.map(({ records }) => experimentPaths(records.experiment).reported);
}
