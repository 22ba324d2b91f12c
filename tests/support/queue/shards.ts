import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { onTestFinished } from "vitest";
import * as z from "zod";
import { experimentPaths, planPath, worktreeBranch } from "../../../src/experiments/layout.ts";
import { startCli } from "../cli.ts";
import { temporaryFolder } from "../machine/temporary.ts";
import { temporaryRepository } from "../repository.ts";
import { endWorkers } from "../runs.ts";
import { startServer, uniqueFeature } from "../server.ts";

const identity = {
  GIT_AUTHOR_NAME: "t",
  GIT_AUTHOR_EMAIL: "t@localhost",
  GIT_COMMITTER_NAME: "t",
  GIT_COMMITTER_EMAIL: "t@localhost",
};

/**
 * A workspace with experiments whose code and records are committed, and other machines' checkouts of the same
 * repository. The machines share one emulator, as they would a Lakebase project.
 */
export async function prepareShards(suites: object, slugs = ["exp-a"], more: object = {}) {
  const { directory: workspace, git, commit } = await temporaryRepository();
  const feature_id = uniqueFeature();
  const plan = {
    budget: { concurrent_branches: 2, wall_clock_minutes: 5, max_branches: 8 },
    suites,
    ...more,
  };
  await commit("main", { "shop.txt": "a shop\n" });
  await mkdir(dirname(planPath(workspace, feature_id)), { recursive: true });
  await writeFile(planPath(workspace, feature_id), JSON.stringify(plan));
  const server = await startServer({ workspace });
  const experiments = slugs.map((experiment_slug) => ({ experiment_slug }));
  await server.call(z.unknown(), "create_experiments", { feature_id, experiments });
  onTestFinished(() => endWorkers(workspace));
  const refs = slugs.map((experiment_slug) => ({ workspace, feature_id, experiment_slug }));
  for (const ref of refs) {
    const record = JSON.parse(await readFile(experimentPaths(ref).worktree, "utf8"));
    await writeFile(join(record.path, "design.txt"), ref.experiment_slug);
    await git("-C", record.path, "add", "--all");
    await git("-C", record.path, "commit", "--quiet", "-m", "a design");
  }
  await git("add", "--all");
  await git("commit", "--quiet", "-m", "plan and records");
  const folder = await temporaryFolder();
  let machines = 0;
  return {
    workspace,
    feature_id,
    server,
    git,
    /** The files that are transferred. */
    folder,
    ref: (experiment_slug = "exp-a") => ({ workspace, feature_id, experiment_slug }),
    gitBranch: (experiment_slug = "exp-a") => worktreeBranch({ workspace, feature_id, experiment_slug }),
    /** A fresh checkout, as a CI machine creates one. */
    clone: async (...options: string[]) => {
      machines += 1;
      const path = join(folder, `machine-${machines}`, "shop");
      await execa("git", ["clone", "--quiet", ...options, `file://${workspace}`, path], { env: identity });
      onTestFinished(() => endWorkers(path));
      return path;
    },
    /** Does what one machine does: runs the tags of one experiment, and writes them to a file. */
    runShard: async (on: string, tags: string, file: string, slug = "exp-a") => {
      const path = join(folder, file);
      const args = ["run", feature_id, "--experiments", slug, "--tags", tags, "--bundle", path];
      return { ...(await startCli(on, args)), path };
    },
    import: (...paths: string[]) => startCli(workspace, ["import", ...paths]),
  };
}
