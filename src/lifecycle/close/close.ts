import type { Closed, Closing } from "../../../schemas/experiment/closed.ts";
import type { ClosingAnswer } from "../../../schemas/experiment/closing-answer.ts";
import type { Run } from "../../../schemas/run.ts";
import { moveLinks } from "../../comparison/views/page/move-links.ts";
import type { Context } from "../../context.ts";
import { archiveRecord, writeClosing } from "../../experiments/closed.ts";
import { ignoreBulkyRecords } from "../../experiments/experiments.ts";
import { cutPaths, decisionsLock } from "../../experiments/layout.ts";
import { commitFiles } from "../../git/commit-files.ts";
import { listRuns, startLock } from "../../runs/journal/journal.ts";
import { CoreError, ignoreCoreError } from "../../utils/core-error.ts";
import { withLock } from "../../utils/files/lock.ts";
import { maskLogins } from "../../utils/text/mask-logins.ts";
import { recordDecision } from "./decisions.ts";
import { describeClosing } from "./describe.ts";
import { type CloseInput, findRecords, type OpenInspection, planClosing } from "./plan-closing.ts";
import { removeResources } from "./remove-resources.ts";
import { summarizePromotion } from "./verdict.ts";

/** Describes what closing would do now, without changing anything. @throws whatever `planClosing` throws */
export async function previewClosing(context: Context, input: CloseInput): Promise<ClosingAnswer> {
  const plan = await planClosing(context, input, await listRuns(context.workspace, input.feature_id));
  return describeClosing(context, input.feature_id, plan);
}

/**
 * Closes experiments: removes their temporary resources and keeps their git branches and records. Does nothing at all
 * if any of them has an obstacle. If a call dies halfway, repeating it finishes the work.
 * @returns how each experiment ended
 * @throws CoreError with the code of the first obstacle, `commit_failed`, and whatever `planClosing` and `removeResources`
 *   throw
 */
export async function closeExperiments(context: Context, input: CloseInput): Promise<ClosingAnswer> {
  const { workspace, signal } = context;
  const { feature_id } = input;
  // Checked first because a lock is a file: an unknown name must not leave one behind.
  await findRecords(workspace, input);
  const slugs = [...new Set(input.experiment_slugs)].sort();
  const locks = slugs.map((experiment_slug) => cutPaths({ workspace, feature_id, experiment_slug }).lock);
  await withLocks(locks, signal, async () => {
    // No run of these experiments can start while we hold the locks.
    const runs = await withLock(startLock(workspace), signal, () => listRuns(workspace, feature_id));
    await closeHeld(context, input, runs);
  });
  return previewClosing(context, input);
}

async function closeHeld(context: Context, input: CloseInput, runs: Run[]): Promise<void> {
  const plan = await planClosing(context, input, runs);
  refuse(plan.open);
  await ignoreBulkyRecords(context.workspace);
  const closed_at = new Date().toISOString();
  const begun: [OpenInspection, Closing][] = [];
  for (const inspection of plan.open) begun.push([inspection, await begin(inspection, input, closed_at)]);
  let done = 0;
  const ends = await Promise.allSettled(
    begun.map(async ([inspection, closing]) => {
      const closed = await removeResources(context, inspection, closing);
      context.progress(
        `${inspection.ref.experiment_slug} has no worktree or branch any more`,
        ++done,
        begun.length,
      );
      return { ref: inspection.ref, closed };
    }),
  );
  for (const end of ends) if (end.status === "fulfilled") await archive(end.value);
  const failure = ends.find(({ status }) => status === "rejected");
  if (failure?.status === "rejected") throw failure.reason;
}

function refuse(open: readonly OpenInspection[]): void {
  const all = open.flatMap(({ ref, objections }) =>
    objections.map((each) => ({ ...each, slug: ref.experiment_slug })),
  );
  const [first, ...others] = all;
  if (first === undefined) return;
  const more = others.map(({ code, slug }) => `${code} (${slug})`).join(", ");
  const what = `${first.slug}: ${first.message}${more === "" ? "" : ` Also in the way: ${more}.`} Nothing was closed.`;
  throw new CoreError(first.code, what, { hint: first.hint, retryable: first.retryable });
}

/** Commits what must be kept, then records that closing has begun. */
async function begin(
  { ref, recorded, closing, code, promotion: { promotion }, verdict }: OpenInspection,
  { reason }: CloseInput,
  closed_at: string,
): Promise<Closing> {
  const { path, uncommitted, git_branch } = code;
  const { feature_id, experiment_slug } = ref;
  const message = `Keep what ${experiment_slug} of ${feature_id} had not committed when it was closed`;
  const isCommitted = path !== undefined && uncommitted.length > 0;
  const commit = isCommitted ? await commitFiles(path, uncommitted, message) : code.commit;
  const { status, verdict_by, recommendation, rationale, compared } = verdict;
  const own = { feature_id, experiment_slug, status, verdict_by, reason: maskLogins(reason), closed_at };
  const next: Closing = closing ?? {
    ...{ ...own, recommendation, rationale, compared, ...recorded, git_branch, commit },
    promotion: summarizePromotion(promotion),
  };
  await writeClosing(ref, { ...next, commit });
  return { ...next, commit };
}

/** Records the decision before archiving: once the record is archived, no later call would come back to do it. */
async function archive({ ref, closed }: { ref: OpenInspection["ref"]; closed: Closed }): Promise<void> {
  await withLock(decisionsLock(ref), new AbortController().signal, () => recordDecision(ref, closed));
  const archived = await archiveRecord(ref, closed);
  await moveLinks(ref, archived).catch(ignoreCoreError);
}

/** Takes the locks in the given order, so that two calls never deadlock. */
async function withLocks<Result>(
  [first, ...others]: readonly string[],
  signal: AbortSignal,
  task: () => Promise<Result>,
): Promise<Result> {
  if (first === undefined) return task();
  return withLock(first, signal, () => withLocks(others, signal, task));
}
