import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { BundleManifest } from "../../../schemas/bundle.ts";
import { countBundle } from "../../bundles/count-bundle.ts";
import { moveArtifacts } from "../../bundles/move-artifacts.ts";
import { readBundle } from "../../bundles/read-bundle.ts";
import { recountBundle } from "../../bundles/recount.ts";
import { unfit } from "../../bundles/refusal.ts";
import { fingerprintSuite } from "../../experiments/code/fingerprint.ts";
import { artifactPath, cycleDirectory, runDirectory } from "../../experiments/layout.ts";
import { setTagAside } from "../../experiments/set-aside.ts";
import type { CycleCounts } from "../../runs/cycle/counts.ts";
import type { CycleScope } from "../../runs/cycle/scope.ts";
import { CoreError } from "../../utils/core-error.ts";
import type { Job } from "../jobs.ts";

/**
 * Counts the bundle that a worker sent for a job, and moves its artifacts into the cycle. Its reports are read again, and
 * only what they show is counted.
 * @param path of the bundle
 * @returns how the setup failed there, if it did
 * @throws CoreError `bundle_other_plan`, `bundle_other_commit`, `bundle_other_branch` if it is not what the job asked for;
 *   whatever `readBundle` and `recountBundle` throw
 */
export async function mergeBundle(
  scope: CycleScope,
  job: Job,
  path: string,
  counts: CycleCounts,
): Promise<CoreError | undefined> {
  const { experiment, runId, cycleId, request, signal } = scope;
  const directory = join(runDirectory(experiment.workspace, runId), "received", job.id);
  try {
    const bundle = await readBundle(path, directory, { signal });
    checkManifest(scope, job, bundle.manifest);
    const recounted = await recountBundle(bundle, request.plan, scope);
    const found = await countBundle(scope, bundle, recounted);
    const own = found.evidence[job.tag];
    // The worker's own run did not know of its other jobs.
    if (own?.alone !== undefined && job.alone !== true) own.alone = false;
    if (own?.source?.origin !== undefined && job.machine !== null) own.source.origin.worker = job.machine;
    await setTagAside(experiment, cycleId, job.tag);
    await moveArtifacts(bundle, recounted, { directory: cycleDirectory(experiment, cycleId), runId });
    addTo(counts, found);
    return describeSetup(scope, found);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function checkManifest(scope: CycleScope, { tag, machine }: Job, manifest: BundleManifest): void {
  const { experiment, tree, branch, request } = scope;
  const refuse = (code: Parameters<typeof unfit>[0], what: string) =>
    unfit(code, `${machine ?? "A worker"} sent a result ${what}.`, "Run it again.");
  const { feature_id, experiment_slug } = experiment;
  if (manifest.feature_id !== feature_id || manifest.experiment_slug !== experiment_slug)
    throw refuse("bundle_unreadable", `of ${manifest.feature_id}/${manifest.experiment_slug}`);
  const suite = request.plan.suites[tag];
  const other = Object.keys(manifest.by_tag).find((each) => each !== tag);
  const isSame = suite !== undefined && manifest.by_tag[tag]?.suite === fingerprintSuite(request.plan, suite);
  if (other !== undefined || !(isSame || manifest.setup_failed !== undefined))
    throw refuse("bundle_other_plan", `of a suite other than this run's ${tag}`);
  if (manifest.dirty || manifest.commit !== tree.commit) throw refuse("bundle_other_commit", "on other code");
  if (manifest.branch !== branch.branch || manifest.branch_uid !== branch.uid)
    throw refuse("bundle_other_branch", `on branch ${manifest.branch}`);
}

function addTo(counts: CycleCounts, found: CycleCounts): void {
  Object.assign(counts.by_tag, found.by_tag);
  Object.assign(counts.evidence, found.evidence);
  if (found.flaky !== undefined) counts.flaky = { ...counts.flaky, ...found.flaky };
  if (found.failed_first !== undefined)
    counts.failed_first = { ...counts.failed_first, ...found.failed_first };
  counts.setup_failed ??= found.setup_failed;
}

function describeSetup(
  { experiment, cycleId }: CycleScope,
  { setup_failed }: CycleCounts,
): CoreError | undefined {
  if (setup_failed === undefined) return undefined;
  const { reason, artifact } = setup_failed;
  return new CoreError("setup_failed", reason, {
    hint: `Read ${artifactPath(experiment, cycleId, artifact)}.`,
  });
}
