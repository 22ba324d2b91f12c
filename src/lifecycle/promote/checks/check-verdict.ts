import type { ExperimentRow } from "../../../../schemas/comparison/comparison.ts";
import { compareExperiments } from "../../../comparison/compare.ts";
import type { ExperimentRef } from "../../../experiments/layout.ts";
import { readActiveRuns } from "../../../runs/caller/active-runs.ts";
import { createObjection, type Objection } from "./objection.ts";

/** Objects if the comparison does not recommend promoting an experiment whose code is at `commit`. */
export async function checkVerdict(ref: ExperimentRef, commit: string | undefined): Promise<Objection[]> {
  const { workspace, feature_id, experiment_slug } = ref;
  const knownRuns = await readActiveRuns(workspace, feature_id);
  const { rows, winners, recommendation, rationale } = await compareExperiments({
    workspace,
    feature_id,
    knownRuns,
  });
  const row = rows.find((each) => each.experiment_slug === experiment_slug);
  if (row === undefined || !isMeasured(row, commit)) return [notMeasured(ref, row, commit)];
  if (row.signal !== "winning") return [notTheWinner(row)];
  if (recommendation === "promote" && winners[0] === experiment_slug) return [];
  const what = `The comparison does not recommend promoting ${experiment_slug}, but ${recommendation}: ${rationale}`;
  return [
    createObjection("not_recommended", what, {
      hint: "Follow the recommendation first.",
      acceptable: true,
    }),
  ];
}

function isMeasured({ evidence }: ExperimentRow, commit: string | undefined): boolean {
  return evidence !== undefined && !evidence.dirty && evidence.commit === commit;
}

function notMeasured(
  { experiment_slug }: ExperimentRef,
  row: ExperimentRow | undefined,
  commit = "no commit",
): Objection {
  const evidence = row?.evidence;
  const at = evidence?.commit?.slice(0, 12) ?? "no commit";
  const last =
    evidence === undefined
      ? "no run has measured it yet"
      : `its last run measured ${at}${evidence.dirty ? " with uncommitted changes" : ""}`;
  const what = `${experiment_slug} is at ${commit.slice(0, 12)}, and ${last}.`;
  return createObjection("not_measured", what, {
    hint: "Run the experiment to measure it.",
    blocks: "verification",
  });
}

function notTheWinner({ experiment_slug, signal, reason }: ExperimentRow): Objection {
  const why = reason === undefined ? "" : ` (${reason})`;
  return createObjection("not_a_winner", `${experiment_slug} does not win: its signal is ${signal}${why}.`, {
    hint: "The comparison shows what failed or was not measured. Only an experiment that passed all of its tests can be promoted.",
    blocks: "verification",
  });
}
