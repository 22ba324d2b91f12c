import type { ExperimentRow } from "../../../schemas/comparison/comparison.ts";
import {
  formatCodeDiff,
  formatCommit,
  formatDuration,
  formatRun,
  formatTagDurations,
  spellOut,
} from "./format.ts";

export interface EvidenceColumn {
  title: string;
  isNumber?: true;
  text: (row: ExperimentRow) => string;
}

/** What an experiment's numbers are based on. */
export const evidenceColumns: EvidenceColumn[] = [
  { title: "Evidence", text: (row) => spellOut(row.evidence_state) },
  { title: "Commit", text: formatCommit },
  { title: "Code lines", isNumber: true, text: formatCodeDiff },
  { title: "Schema", text: (row) => row.schema_diff_summary ?? "–" },
  { title: "Time by tag", text: formatTagDurations },
  { title: "Cycles", isNumber: true, text: (row) => String(row.cycle_count) },
  { title: "Branch", text: (row) => row.branch_id },
  { title: "Branch age", isNumber: true, text: (row) => formatDuration(row.branch_age_ms) },
  { title: "Run", text: formatRun },
];
