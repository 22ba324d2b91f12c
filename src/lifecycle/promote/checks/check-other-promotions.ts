import { join } from "node:path";
import type { Promotion } from "../../../../schemas/promotion/promotion.ts";
import type { Run } from "../../../../schemas/run.ts";
import { type ExperimentRef, promotionsDirectory } from "../../../experiments/layout.ts";
import { readPromotion } from "../../../experiments/promotion.ts";
import { hasEnded } from "../../../runs/journal/journal.ts";
import { listFolders } from "../../../utils/files/files.ts";
import { isFinished, isParentChanged } from "../resume.ts";
import { createObjection, type Objection } from "./objection.ts";

/**
 * Objects if another promotion is running, or began to migrate its parent and did not finish. Looks at all features,
 * since they may share the git branch and the parent.
 */
export async function checkOtherPromotions(ref: ExperimentRef, runs: readonly Run[]): Promise<Objection[]> {
  const running = runs.find((run) => run.kind === "promotion" && !hasEnded(run) && !isSame(ref, run));
  if (running !== undefined) return [runningPromotion(running)];
  const unfinished = (await listPromotions(ref.workspace)).find(
    (each) => !isFinished(each) && isParentChanged(each) && !isSame(ref, each),
  );
  return unfinished === undefined ? [] : [unfinishedPromotion(unfinished)];
}

/** Lists all promotions of a workspace by their journals, skipping unreadable ones. */
async function listPromotions(workspace: string): Promise<Promotion[]> {
  const directory = promotionsDirectory(workspace);
  const features = await listFolders(directory);
  const refs = await Promise.all(
    features.map(async (feature_id) => {
      const slugs = await listFolders(join(directory, feature_id));
      return slugs.map((experiment_slug) => ({ workspace, feature_id, experiment_slug }));
    }),
  );
  const found = await Promise.all(refs.flat().map((ref) => readPromotion(ref).catch(() => undefined)));
  return found.filter((promotion) => promotion !== undefined);
}

function isSame(ref: ExperimentRef, of: Run | Promotion): boolean {
  const slug = "results" in of ? of.results[0]?.experiment_slug : of.experiment_slug;
  return of.feature_id === ref.feature_id && slug === ref.experiment_slug;
}

function runningPromotion({ run_id, feature_id, results }: Run): Objection {
  const slug = results[0]?.experiment_slug;
  return createObjection("promotion_running", `${slug} of ${feature_id} is being promoted in ${run_id}.`, {
    hint: `Wait for run ${run_id} to end, then call again.`,
    retryable: true,
  });
}

function unfinishedPromotion({ feature_id, experiment_slug, verified }: Promotion): Objection {
  const what = `The promotion of ${experiment_slug} of ${feature_id} began to migrate ${verified.parent.branch} and did not finish.`;
  return createObjection("promotion_unfinished", what, {
    hint: `Finish it first: confirm the promotion of ${experiment_slug} of ${feature_id} again.`,
  });
}
