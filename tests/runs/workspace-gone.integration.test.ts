import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readOutcomes } from "../../src/experiments/outcomes/outcomes.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";
import { findSuitePid, findWorkerPid, isAlive, loggedScript, openGate, prepareRun } from "../support/runs.ts";

const removals = {
  moved: (workspace: string, elsewhere: string) => rename(workspace, elsewhere),
  // What the run writes meanwhile keeps a folder from going.
  deleted: (workspace: string) => rm(workspace, { recursive: true, maxRetries: 20 }),
};

test.each(Object.entries(removals))(
  "does not create a workspace again that was %s during a run",
  async (_, remove) => {
    const folder = await temporaryFolder();
    const [gate, elsewhere] = [join(folder, "gate"), join(folder, "moved")];
    const feature = await prepareRun(
      (workspace) => ({
        suites: { api: loggedScript(workspace, `await gate("${gate}")`), e2e: loggedScript(workspace) },
      }),
      ["exp-a"],
    );
    const { workspace, feature_id, server } = feature;
    const { run_id } = await feature.start();
    const suite = await findSuitePid(workspace, "exp-a", "api");
    const worker = await findWorkerPid(workspace, run_id);

    await remove(workspace, elsewhere);
    const refused = await server.fail("run_experiments", { feature_id });
    await openGate(gate);
    await expect.poll(() => isAlive(worker)).toBe(false);

    expect(refused.code).toBe("workspace_gone");
    expect(await isAlive(suite)).toBe(false);
    expect(existsSync(workspace)).toBe(false);
    if (existsSync(elsewhere)) {
      const left = await readOutcomes({ workspace: elsewhere, feature_id, experiment_slug: "exp-a" });
      expect(left?.status).toBe("running");
    }
  },
);
