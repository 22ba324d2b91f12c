import type { ExperimentRow, Recommendation } from "../../../schemas/comparison.ts";
import { cutText } from "../../utils/clip-text.ts";
import { nameSome } from "../../utils/name-some.ts";
import { sortTags } from "../records/matrix.ts";
import { totals, winnersOf } from "./signals.ts";

/** More experiments than this are counted, not named: a rationale is a paragraph. */
const maxNamed = 4;
/** In characters. */
const longestReason = 75;

/** Why a recommendation is what it is, by names and numbers, and what would change it. */
export function explain(recommendation: Recommendation, rows: ExperimentRow[], best?: string): string {
  const winners = winnersOf(rows);
  const sentences = [
    opening(recommendation, rows, winners),
    best === undefined ? "" : `Metrics put ${best} first`,
    listOf(othersThan(winners, rows), describe),
    wayOut(recommendation, rows),
  ];
  return sentences
    .filter((sentence) => sentence !== "")
    .map((sentence) => `${sentence}.`)
    .join(" ");
}

function opening(recommendation: Recommendation, rows: ExperimentRow[], winners: ExperimentRow[]): string {
  if (recommendation === "promote") return `Only ${listOf(winners, describe)} wins`;
  if (recommendation === "synthesize")
    return `${winners.length} experiments win: ${listOf(winners, describe)}`;
  if (recommendation === "abandon-all") return "All have finished and none wins";
  if (rows.length === 0) return "There is no experiment yet";
  const running = rows.filter((row) => row.signal === "running");
  if (running.length === 0) return "None wins yet";
  const lead = winners.length > 0 ? `; so far winning: ${listOf(winners, describe)}` : "";
  return `Still running: ${listOf(running, slug)}${lead}`;
}

function wayOut(recommendation: Recommendation, rows: ExperimentRow[]): string {
  if (recommendation === "promote") return "Another that passes everything would make it synthesize";
  if (recommendation === "synthesize") return "A test that only one of them passes would make it promote";
  if (recommendation === "abandon-all") return "A new cycle that passes everything would change it";
  if (rows.length === 0) return "create_experiments makes the first";
  if (rows.some((row) => row.signal === "running")) return "Compare again when all have finished";
  return "Run what no run has counted and mend what cannot be read, then compare again";
}

/** One experiment's result in a few words. */
function describe(row: ExperimentRow): string {
  const { passed, failed } = totals(row);
  switch (row.signal) {
    case "winning":
      return `${row.experiment_slug} (${passed} of ${passed} passed${row.flaky ? `, ${row.flaky} flaky` : ""})`;
    case "failing":
      return failed > 0
        ? `${row.experiment_slug} failed ${failed} of ${passed + failed}${failingTags(row)}`
        : `${row.experiment_slug} failed: ${quote(row.reason)}`;
    case "no_evidence":
      return `${row.experiment_slug} has no evidence: ${quote(row.reason)}`;
    case "not_started":
      return `${row.experiment_slug} has not run`;
    case "unreadable":
      return `${row.experiment_slug} cannot be read`;
    case "abandoned":
      return `${row.experiment_slug} was abandoned`;
    case "running":
      return `${row.experiment_slug} runs`;
  }
}

/** Those rows that the rationale gives the reason of, as much of it as a paragraph takes. */
export function explainedRows(rows: ExperimentRow[]): ExperimentRow[] {
  return othersThan(winnersOf(rows), rows).slice(0, maxNamed).filter(hasReasonTold);
}

/** Where it failed tests, their numbers say more. */
function hasReasonTold(row: ExperimentRow): boolean {
  return row.signal === "no_evidence" || (row.signal === "failing" && totals(row).failed === 0);
}

function othersThan(winners: ExperimentRow[], rows: ExperimentRow[]): ExperimentRow[] {
  return rows.filter((row) => row.signal !== "running" && !winners.includes(row));
}

function quote(reason = ""): string {
  return reason.length > longestReason ? `${cutText(reason, longestReason)}…` : reason;
}

function failingTags(row: ExperimentRow): string {
  const byTag = row.by_tag ?? {};
  const failing = sortTags(Object.keys(byTag)).filter((tag) => (byTag[tag]?.failed ?? 0) > 0);
  const counts = failing.map((tag) => `${tag} ${byTag[tag]?.failed}`);
  return counts.length > 0 ? ` (${nameSome(counts, maxNamed)})` : "";
}

function slug(row: ExperimentRow): string {
  return row.experiment_slug;
}

function listOf(rows: ExperimentRow[], say: (row: ExperimentRow) => string): string {
  return nameSome(rows.map(say), maxNamed);
}
