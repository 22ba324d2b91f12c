import { isDeepStrictEqual } from "node:util";
import type { Run, RunResult } from "../../../schemas/run.ts";
import type { Experiment } from "../../experiments/experiments.ts";
import { listSlugs } from "../../experiments/list-slugs.ts";
import { isSameUid } from "../../lakebase/branches/delete-branch.ts";
import { type RunRequest, readRequest } from "../journal/journal.ts";

/** Finds the last run of any of the experiments, if it was interrupted and covers what is requested now. */
export async function findResumable(
  workspace: string,
  runs: Run[],
  experiments: Experiment[],
  { plan, tags, failed_tags, repeat, quiet, branch_uids }: RunRequest,
  cycle: string | undefined,
): Promise<Run | undefined> {
  const slugs = listSlugs(experiments);
  const last = runs.find(
    ({ kind, results }) =>
      kind === undefined && results.some(({ experiment_slug }) => slugs.includes(experiment_slug)),
  );
  if (last?.state !== "interrupted" || (cycle ?? last.cycle_id) !== last.cycle_id) return undefined;
  const before = await readRequest(workspace, last.run_id);
  const covered = listSlugs(last.results);
  const isSame =
    slugs.every((slug) => covered.includes(slug)) &&
    tags.every((tag) => before.tags.includes(tag)) &&
    // Failed tags are determined anew each time.
    failed_tags === undefined &&
    before.failed_tags === undefined &&
    repeat === before.repeat &&
    quiet === before.quiet &&
    // A branch that was forked again has run none of it.
    slugs.every((slug) => isSameUid(branch_uids?.[slug], before.branch_uids?.[slug])) &&
    // Counts of a different command say nothing about this one.
    isDeepStrictEqual(
      [plan.setup, plan.env, plan.ports, plan.suites],
      [before.plan.setup, before.plan.env, before.plan.ports, before.plan.suites],
    );
  return isSame ? last : undefined;
}

/**
 * Returns an experiment's initial result. A result that the resumed run finished is kept; a capped experiment is
 * skipped.
 */
export function createInitialResult(
  slug: string,
  resumed: Run | undefined,
  capped: ReadonlyMap<string, RunResult>,
): RunResult {
  const before = resumed?.results.find(({ experiment_slug }) => experiment_slug === slug);
  if (before?.status === "succeeded" || before?.status === "failed") return before;
  return capped.get(slug) ?? { experiment_slug: slug, status: "queued", by_tag: {} };
}
