import { writeComparisonPage } from "../../comparison/views/page/write-page.ts";
import { readActiveRuns } from "../../runs/caller/active-runs.ts";
import { runWorker } from "../../runs/worker/worker.ts";
import type { Shared } from "../command.ts";

/** `worker RUN`: executes a run, and then updates the comparison page of its feature. */
export async function work(shared: Shared, [runId = ""]: string[]): Promise<void> {
  const { workspace } = shared;
  await runWorker(
    shared,
    runId,
    async ({ feature_id }) => {
      const knownRuns = await readActiveRuns(workspace, feature_id, runId);
      await writeComparisonPage({ workspace, feature_id, knownRuns });
    },
    {
      verification: async (spec) => (await import("../../lifecycle/promote/verify.ts")).verify(spec),
      promotion: async (spec) => (await import("../../lifecycle/promote/promote.ts")).promote(spec),
    },
  );
}
