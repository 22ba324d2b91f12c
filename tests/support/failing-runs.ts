import { rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { getExperiment } from "../../src/experiments/experiments.ts";
import { readTimeline } from "../../src/experiments/timeline/timeline.ts";
import { temporaryFolder } from "./machine/temporary.ts";
import { temporaryRepository } from "./repository.ts";
import { prepareRun, waitFor } from "./runs.ts";
import { startServer } from "./server.ts";

/** A feature whose Lakebase fails on demand. */
export async function prepareFailing(plan: (workspace: string) => object) {
  const calls = join(await temporaryFolder(), "failing-calls");
  const { directory, git, commit } = await temporaryRepository();
  await commit("main", { ".gitignore": "notes\n" });
  const env = { LAKEBASE_CLI: resolve("tests/fixtures/failing-cli.mjs"), FAILING_CALLS: calls };
  const feature = await prepareRun(plan, ["exp-a", "exp-b"], env, directory);
  const ref = { workspace: directory, feature_id: feature.feature_id };
  return {
    ...feature,
    git,
    failCalls: (part: string, stderr: string) => writeFile(calls, `${part}\n${stderr}\n`),
    recover: () => rm(calls, { force: true }),
    branchPath: async (experiment_slug: string) =>
      `projects/local/branches/${(await getExperiment({ ...ref, experiment_slug })).branch}`,
    timeline: (experiment_slug: string) => readTimeline({ ...ref, experiment_slug }),
    run: async (options: object = {}, by = feature.server) =>
      waitFor(by, (await feature.start(options, by)).run_id),
    /** Starts a server that knows no logins. */
    startAnother: () => startServer({ env, workspace: directory }),
  };
}
