import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { createLocalTools } from "./agent/local-tools.ts";
import { endRuns } from "./end-runs.ts";

/** Where a trial takes place: a git repository with a project in it, and its own emulator. */
export interface World extends AsyncDisposable {
  /** The checkout. */
  workspace: string;
  /** The environment of the server, the emulator and git. */
  env: Record<string, string>;
  /** Paths that differ between machines. */
  places: string[];
  git: (...args: string[]) => Promise<string>;
  /** Lists the names of the project's branches. */
  listBranches: () => Promise<string[]>;
}

/** @param files the project's first commit. They find this repository's packages, such as pg */
export async function createWorld(files: Record<string, string>): Promise<World> {
  await mkdir(".trials", { recursive: true });
  const folder = await mkdtemp(resolve(".trials", "trial-"));
  // In the system's temporary folder, because Postgres may have to run as a different user.
  const home = await mkdtemp(join(tmpdir(), "lakebase-trial-"));
  const workspace = join(folder, "shop");
  const env = {
    LAKEBASE_LOCAL_HOME: home,
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_AUTHOR_NAME: "trial",
    GIT_AUTHOR_EMAIL: "trial@localhost",
    GIT_COMMITTER_NAME: "trial",
    GIT_COMMITTER_EMAIL: "trial@localhost",
  };
  const git = async (...args: string[]) => (await execa("git", args, { cwd: workspace, env })).stdout;
  const local = (...args: string[]) => execa(process.execPath, ["dist/lakebase-local.js", ...args], { env });

  const world: World = {
    workspace,
    env,
    places: [workspace, folder, resolve("."), home, process.execPath],
    git,
    listBranches: async () => {
      const { stdout } = await local("postgres", "list-branches", "projects/local", "--output", "json");
      return stdout.match(/(?<="name": ?"projects\/local\/branches\/)[^"]+/g)?.sort() ?? [];
    },
    [Symbol.asyncDispose]: async () => {
      await endRuns(workspace);
      await local("stop");
      for (const path of [folder, home]) await rm(path, { recursive: true, force: true });
    },
  };
  await mkdir(workspace);
  await git("init", "--quiet", "--initial-branch=main");
  const localTools = createLocalTools(env);
  for (const [name, content] of Object.entries(files)) await localTools.write(join(workspace, name), content);
  await git("add", "--all");
  await git("commit", "--quiet", "-m", "A shop");
  return world;
}
