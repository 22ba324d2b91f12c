import { readActiveRuns } from "../../runs/caller/active-runs.ts";
import { receiveLogins } from "../../runs/pass-logins.ts";
import { spareRun } from "../../runs/spare-run.ts";
import { awaitRun } from "../../runs/worker/await-run.ts";
import type { OpenExecutor } from "../../runs/worker/run-all.ts";
import { runWorker } from "../../runs/worker/worker.ts";
import type { Shared } from "../command.ts";

/** `worker RUN`: executes a run, and then updates the comparison page of its feature. */
export async function work(shared: Shared, [given = ""]: string[]): Promise<void> {
  const { workspace } = shared;
  const passed = receiveLogins();
  const runId = given === spareRun ? await awaitRun(workspace, loadAhead) : given;
  if (runId === undefined) return;
  const load = () => import("../../comparison/views/page/write-page.ts");
  await runWorker(shared, runId, {
    load,
    conclude: async ({ feature_id }) => {
      const { writeComparisonPage } = await load();
      const knownRuns = await readActiveRuns(workspace, feature_id, runId);
      await writeComparisonPage({ workspace, feature_id, knownRuns });
    },
    tasks: {
      verification: async (spec) => (await import("../../lifecycle/promote/verify.ts")).verify(spec),
      promotion: async (spec) => (await import("../../lifecycle/promote/promote.ts")).promote(spec),
    },
    openExecutor: findExecutor(shared),
    passed,
  });
}

/** Loads what a run otherwise loads while its first calls are under way. */
const loadAhead = () => Promise.all([import("../../runs/cycle/cycle.ts"), import("pg")]);

/** With a queue, the suites go there. */
function findExecutor(shared: Shared): OpenExecutor | undefined {
  const { queue_url } = shared;
  if (queue_url === undefined) return undefined;
  return async (...of) =>
    (await import("../../queue/execute/executor.ts")).openQueueExecutor({ ...shared, queue_url }, ...of);
}
