import type { ExperimentRow } from "../../../schemas/comparison/comparison.ts";
import type { Closing } from "../../../schemas/experiment/closed.ts";
import type { Promotion } from "../../../schemas/promotion/promotion.ts";
import { compareExperiments } from "../../comparison/compare.ts";
import type { ExperimentRef, FeatureRef } from "../../experiments/layout.ts";
import { readActiveRuns } from "../../runs/caller/active-runs.ts";
import { asKnownError } from "../../utils/processes/system-errors.ts";
import { isFinished } from "../promote/resume.ts";

const maxCompared = 50;

/** The outcome of the comparison made before anything is closed. */
export interface Findings extends Pick<Closing, "recommendation" | "rationale" | "compared"> {
  winner: string | undefined;
}

/** Compares a feature's experiments. A comparison that fails does not prevent closing. */
export async function compareBeforeClosing({ workspace, feature_id }: FeatureRef): Promise<Findings> {
  try {
    const knownRuns = await readActiveRuns(workspace, feature_id);
    const report = await compareExperiments({ workspace, feature_id, knownRuns });
    const { recommendation, rationale, rows, winners } = report;
    return {
      recommendation,
      rationale,
      compared: rows.slice(0, maxCompared).map(toCompared),
      winner: winners[0],
    };
  } catch (error) {
    const known = asKnownError(error);
    const rationale = `They could not be compared: ${known.message}`;
    return { recommendation: "continue", rationale, compared: [], winner: undefined };
  }
}

function toCompared({ experiment_slug, signal, by_tag = {} }: ExperimentRow) {
  return { experiment_slug, signal, by_tag };
}

/** Decides how an experiment ends, and whether that follows from measurements or only from the caller. */
export function decideVerdict(
  { experiment_slug }: ExperimentRef,
  promotion: Promotion | undefined,
  { recommendation, compared, winner }: Findings,
): Pick<Closing, "status" | "verdict_by"> {
  if (promotion !== undefined && isFinished(promotion)) {
    const isAccepted = promotion.accepted.includes("not_recommended");
    return { status: "promoted", verdict_by: isAccepted ? "caller" : "measured" };
  }
  const isFailing = compared.some(
    (each) => each.experiment_slug === experiment_slug && each.signal === "failing",
  );
  const isDecided = recommendation === "abandon-all" || recommendation === "promote";
  const isMeasured = isFailing || (isDecided && winner !== experiment_slug);
  return { status: "abandoned", verdict_by: isMeasured ? "measured" : "caller" };
}

/** Summarizes what a promotion merged and migrated, for the archive. */
export function summarizePromotion(promotion: Promotion | undefined): Closing["promotion"] {
  if (promotion === undefined || !isFinished(promotion)) return undefined;
  const { run_id, mode, verified, safety_branch } = promotion;
  return {
    ...{ run_id, mode, parent_branch: verified.parent.branch },
    ...(verified.code !== null && { target: verified.code.target, merge_commit: verified.code.merge_commit }),
    ...(safety_branch !== undefined && {
      safety_branch: { branch: safety_branch.branch, uid: safety_branch.uid },
    }),
  };
}
