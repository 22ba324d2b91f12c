import type { Run, RunQueue } from "../../../schemas/run.ts";
import type { Context } from "../../context.ts";
import { fingerprintPlan } from "../../experiments/code/fingerprint.ts";
import type { RunRequest } from "../../runs/journal/journal.ts";
import type { Executor } from "../../runs/worker/executor.ts";
import { getMessage } from "../../utils/core-error.ts";
import { openQueue, type Queue } from "../database/connect.ts";
import { putFile } from "../database/files.ts";
import { enqueueRun } from "../enqueue.ts";
import { nameMachine } from "../machine.ts";
import { beforeDeadline, cancelJobs, forgetRun } from "../withdraw.ts";
import { watchJobs } from "./job-looks.ts";
import { measureOnQueue, type QueuedCycle } from "./measure.ts";

/** How many computes of a project can run at once on Lakebase, and so how many of its branches can be measured. */
const computesInProject = 20;

/**
 * Opens the queue for a run: its suites become jobs there, and what workers send back is counted as it arrives. The
 * run's jobs end with its signal.
 * @throws CoreError `queue_secret_in_plan`, and whatever `openQueue` throws
 */
export async function openQueueExecutor(
  context: Pick<Context, "workspace" | "lakebase"> & { queue_url: string },
  run: Run,
  request: RunRequest,
  { signal, onQueue }: { signal: AbortSignal; onQueue: (queue: RunQueue) => void },
): Promise<Executor> {
  const queue = await openQueue(context, context.queue_url);
  const { plan, repeat } = request;
  const { minutes_left } = run.budget;
  await enqueueRun(queue, {
    run_id: run.run_id,
    project: context.lakebase.settings.project,
    feature_id: run.feature_id,
    cycle_id: run.cycle_id,
    machine: nameMachine(),
    request: { plan, repeat },
    plan_fingerprint: fingerprintPlan(plan),
    most_in_project: computesInProject,
    most_in_feature: plan.budget.concurrent_branches,
    most_in_run: run.concurrency,
    minutes: minutes_left,
  });
  // Workers then notice at their next look, instead of when the run's records are complete.
  const cancel = () => void cancelJobs(queue, run.run_id).catch(() => {});
  signal.addEventListener("abort", cancel, { once: true });
  const cycle: QueuedCycle = {
    queue,
    looks: watchJobs(queue.sql, run.run_id, { signal, onQueue }),
    sendCode: sendOnce(queue, run.run_id),
  };
  return {
    isHere: false,
    runSteps: (scope, counts, save) => measureOnQueue(cycle, scope, counts, save),
    close: async () => {
      signal.removeEventListener("abort", cancel);
      const forget = () => forgetRun(queue, run.run_id);
      const finish = () => queue.close().catch(tellTrouble);
      await forget().then(finish, (error: unknown) => {
        tellTrouble(error);
        // The run ends all the same, but this process stays: workers would go on with its jobs.
        void beforeDeadline(forget, minutes_left).catch(tellTrouble).finally(finish);
      });
    },
  };
}

function tellTrouble(error: unknown): void {
  process.stderr.write(`The run could not be removed from the queue: ${getMessage(error)}\n`);
}

/** Several experiments may be at the same commit, which is then sent once. */
export function sendOnce({ sql }: Pick<Queue, "sql">, runId: string): QueuedCycle["sendCode"] {
  const sent = new Map<string, Promise<string>>();
  return (commit, pack) => {
    const file = `code/${commit}`;
    const sending = sent.get(commit) ?? pack((path) => putFile(sql, runId, file, path)).then(() => file);
    sent.set(commit, sending);
    // What failed may work for the next one.
    sending.catch(() => sent.delete(commit));
    return sending;
  };
}
