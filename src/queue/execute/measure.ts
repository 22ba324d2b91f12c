import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { ReportCase } from "../../../schemas/plan/report.ts";
import type { Suite } from "../../../schemas/plan/suite.ts";
import { runDirectory } from "../../experiments/layout.ts";
import type { CycleCounts } from "../../runs/cycle/counts.ts";
import type { CycleScope } from "../../runs/cycle/scope.ts";
import { readFailedCases } from "../../runs/rerun/failed-cases.ts";
import { asCoreError, CoreError } from "../../utils/core-error.ts";
import { asError } from "../as-error.ts";
import type { Queue } from "../database/connect.ts";
import { getFile } from "../database/files.ts";
import { whenReachable } from "../database/when-reachable.ts";
import { enqueueJobs, limitJob } from "../enqueue.ts";
import type { Job } from "../jobs.ts";
import { nameBundle } from "../return.ts";
import { cancelTags } from "../withdraw.ts";
import type { JobLooks, SeenJob } from "./job-looks.ts";
import { mergeBundle } from "./merge.ts";
import { findSource, withCodeBundle } from "./source.ts";

/** What the cycles of a queued run share. */
export interface QueuedCycle {
  queue: Queue;
  looks: JobLooks;
  /** Sends a commit's git bundle, once for each commit. @returns its name among the run's files */
  sendCode: (
    commit: string,
    pack: (use: (path: string) => Promise<void>) => Promise<void>,
  ) => Promise<string>;
}

/** The executor's `runSteps`: sends each suite as a job, and counts its bundle when it arrives. */
export async function measureOnQueue(
  shared: QueuedCycle,
  scope: CycleScope,
  counts: CycleCounts,
  save: () => Promise<void>,
): Promise<CoreError | undefined> {
  const open = Object.entries(scope.request.plan.suites).filter(
    ([tag]) => scope.request.tags.includes(tag) && !Object.hasOwn(counts.evidence, tag),
  );
  if (open.length === 0) return undefined;
  await sendJobs(shared, scope, open);
  const ended = new Set<string>();
  let first: CoreError | undefined;
  while (ended.size < open.length) {
    const seen = await shared.looks.next();
    scope.signal.throwIfAborted();
    if (seen === undefined) waiting(scope, counts).onWait();
    const jobs = (seen ?? []).filter(
      ({ experiment_slug }) => experiment_slug === scope.experiment.experiment_slug,
    );
    for (const job of jobs.filter(({ id, state }) => !isOpen(state) && !ended.has(id))) {
      ended.add(job.id);
      const trouble = await countJob(shared, scope, job, counts);
      first ??= trouble;
      await save();
    }
    if (counts.setup_failed !== undefined) {
      const others = jobs.filter(({ state }) => isOpen(state));
      await whenReachable(() => cancelTags(shared.queue, others), waiting(scope, counts));
      return first;
    }
    if (jobs.some(({ state }) => isOpen(state))) scope.onStep(describeStep(jobs), counts);
  }
  return first;
}

/** For what takes the queue's database. */
function waiting({ signal, onStep }: CycleScope, counts: CycleCounts) {
  return { signal, onWait: () => onStep("waiting, as the queue's database does not answer", counts) };
}

function isOpen(state: Job["state"]): boolean {
  return state === "waiting" || state === "ready" || state === "active";
}

/** Describes jobs: `api on build-2/4711; e2e waiting, every worker is busy`. */
function describeStep(jobs: readonly SeenJob[]): string {
  const describe = ({ tag, state, machine, reason }: SeenJob) => {
    if (state === "active") return `${tag} on ${machine}`;
    return reason === undefined ? `${tag} waiting` : `${tag} waiting, ${reason}`;
  };
  return jobs
    .filter(({ state }) => isOpen(state))
    .map(describe)
    .join("; ");
}

async function sendJobs(
  { queue, sendCode }: QueuedCycle,
  scope: CycleScope,
  open: [tag: string, suite: Suite][],
): Promise<void> {
  const { runId, experiment, branch, request, onStep } = scope;
  const nothing = { by_tag: {}, evidence: {} };
  onStep("code", nothing);
  const { isPushed, ...code } = await findSource(scope);
  const jobs = [];
  for (const [tag, suite] of open) {
    const failed_cases = await listFailedCases(scope, tag);
    // They are run once more, before the suite.
    const rounds = request.repeat + (failed_cases.length === 0 ? 0 : 1);
    jobs.push({ id: randomUUID(), tag, failed_cases, seconds: limitJob(request.plan, tag, suite, rounds) });
  }
  const send = () => sendCode(code.commit, (use) => withCodeBundle(scope, use));
  const code_file = isPushed ? null : await whenReachable(send, waiting(scope, nothing));
  const { experiment_slug } = experiment;
  const complete = jobs.map((job) => ({
    ...{ run_id: runId, experiment_slug, branch: branch.branch, branch_uid: branch.uid },
    ...code,
    ...job,
    code_file,
  }));
  await whenReachable(() => enqueueJobs(queue, complete), waiting(scope, nothing));
}

/** Lists the tests that a worker is to run first, by name. */
async function listFailedCases({ experiment, before }: CycleScope, tag: string): Promise<ReportCase[]> {
  const cases = before === undefined ? [] : await readFailedCases(experiment, before, tag);
  return cases.map(({ name, file, status }) => ({ name, file, status }));
}

/** Counts the result of a job. @returns what kept its suite from being measured, or how the setup failed */
async function countJob(
  { queue }: QueuedCycle,
  scope: CycleScope,
  job: Job,
  counts: CycleCounts,
): Promise<CoreError | undefined> {
  try {
    if (job.state !== "done") throw describeFailure(job);
    return await withBundle(queue, scope, job, counts, (path) => mergeBundle(scope, job, path, counts));
  } catch (error) {
    scope.signal.throwIfAborted();
    const trouble = asCoreError(error);
    counts.evidence[job.tag] = { state: "no_evidence", reason: trouble.message, code: trouble.code };
    await scope.recordTrouble(trouble, job.tag);
    return trouble;
  }
}

/** Describes why a job has no result: a worker's reason, if there is one. */
function describeFailure({ error, machine, tag }: Job): CoreError {
  const where = machine === null ? "" : `On ${machine}: `;
  if (error !== null) return asError({ ...error, message: where + error.message });
  return new CoreError("queue_job_lost", `The job of ${tag} was withdrawn from the queue.`, {
    hint: "Run it again.",
    retryable: true,
  });
}

async function withBundle<Result>(
  { sql }: Queue,
  scope: CycleScope,
  { id, tag }: Job,
  counts: CycleCounts,
  use: (path: string) => Promise<Result>,
): Promise<Result> {
  const { experiment, runId } = scope;
  const path = join(runDirectory(experiment.workspace, runId), `${id}.tgz`);
  const get = () => getFile(sql, runId, nameBundle(id), path);
  try {
    if (await whenReachable(get, waiting(scope, counts))) return await use(path);
    throw new CoreError("queue_job_lost", `The result of ${tag} is not in the queue's database.`, {
      hint: "Run it again.",
      retryable: true,
    });
  } finally {
    await rm(path, { force: true });
  }
}
