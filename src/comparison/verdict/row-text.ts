import type { ExperimentRow, Signal } from "../../../schemas/comparison/comparison.ts";
import { listSlugs } from "../../experiments/list-slugs.ts";
import { groupBy } from "../../utils/group-by.ts";
import { cutText } from "../../utils/text/clip-text.ts";
import { nameSome } from "../../utils/text/name-some.ts";
import { sortTags } from "../records/matrix.ts";
import { selectWinners } from "./candidates.ts";
import { sumTests } from "./totals.ts";

/** Experiments beyond this are only counted: a rationale is a paragraph. */
export const maxNamed = 4;
/** In characters. */
const longestReason = 72;

/** `exp-pg (6 of 6 passed, 1 flaky: "sums" failed 2 of 5)`. */
export function describePasses(row: ExperimentRow): string {
  const { passed } = sumTests(row);
  return `${row.experiment_slug} (${passed} of ${passed} passed${describeFlaky(row)})`;
}

function describeFlaky({ flaky, flaky_tests: [first] = [] }: ExperimentRow): string {
  if (!flaky) return "";
  const rate = first && `: ${shorten(first.name)} failed ${first.failed} of ${first.passed + first.failed}`;
  return `, ${flaky} flaky${rate ?? ""}`;
}

/** Describes the results of the experiments that do not win, in one sentence; empty if there are none. */
export function describeOthers(rows: ExperimentRow[]): string {
  const groups = groupOthers(rows);
  const texts = groups.slice(0, maxNamed).map((group) => {
    const [first] = group;
    const names = nameSome(listSlugs(group), maxNamed);
    return first === undefined ? "" : `${names} ${describe(first, group.length > 1)}`;
  });
  const left = groups.slice(maxNamed).flat().length;
  return texts.join(", ") + (left > 0 ? ` and ${left} more` : "");
}

/** Selects the rows whose reason `describeOthers` includes, as far as it fits a paragraph. */
export function selectExplainedRows(rows: ExperimentRow[]): ExperimentRow[] {
  return groupOthers(rows)
    .slice(0, maxNamed)
    .flatMap((group) => group.slice(0, maxNamed))
    .filter(
      ({ reason, ...row }) => reason !== undefined && describe({ ...row, reason }).includes(shorten(reason)),
    );
}

/** Groups experiments with the same description. */
function groupOthers(rows: ExperimentRow[]): ExperimentRow[][] {
  const winners = new Set(selectWinners(rows));
  const others = rows.filter((row) => row.signal !== "running" && !winners.has(row));
  return [...groupBy(others, (row) => describe(row)).values()];
}

/** Describes a result in a few words, to follow the name of an experiment, or of several with the same result. */
function describe(row: ExperimentRow, isPlural = false): string {
  return texts[row.signal](row, isPlural);
}

const texts: Record<Signal, (row: ExperimentRow, isPlural: boolean) => string> = {
  winning: () => "passed everything",
  running: (_row, isPlural) => (isPlural ? "run" : "runs"),
  abandoned: (_row, isPlural) => `${isPlural ? "were" : "was"} abandoned`,
  capped: describeCapped,
  not_started: (_row, isPlural) => `${isPlural ? "have" : "has"} not run`,
  unreadable: () => "cannot be read",
  no_evidence: describeUnmeasured,
  failing: (row, isPlural) => {
    if (row.evidence_state === "counted") return describeFailure(row);
    if (row.reason !== undefined && row.evidence !== undefined) return describeUnmeasured(row, isPlural);
    return `${describeFailure(row)} according to its records, but no run measured it`;
  },
};

/** Errors are identified by code: messages differ between experiments, and the rows include them. */
function describeUnmeasured(
  { evidence_state, reason, last_attempt }: ExperimentRow,
  isPlural: boolean,
): string {
  const how = evidence_state === "counted" ? "fully measured" : "measured";
  return `${isPlural ? "were" : "was"} not ${how}: ${last_attempt?.error.code ?? shorten(reason)}`;
}

function describeCapped(row: ExperimentRow, isPlural: boolean): string {
  const failure = sumTests(row).failed > 0 ? ` and ${describeFailure(row)}` : "";
  return `${isPlural ? "were" : "was"} capped (${shorten(row.reason)})${failure}`;
}

/** If tests failed, their numbers say more than a reason. */
function describeFailure(row: ExperimentRow): string {
  const { passed, failed } = sumTests(row);
  if (failed === 0) return `failed: ${shorten(row.reason)}`;
  const byTag = row.by_tag ?? {};
  const failing = sortTags(Object.keys(byTag)).filter((tag) => (byTag[tag]?.failed ?? 0) > 0);
  const counts = failing.map((tag) => `${tag} ${byTag[tag]?.failed}`);
  const where = counts.length > 0 ? ` (${nameSome(counts, maxNamed)})` : "";
  return `failed ${failed} of ${passed + failed}${where}`;
}

function shorten(reason = ""): string {
  return reason.length > longestReason ? `${cutText(reason, longestReason)}…` : reason;
}
