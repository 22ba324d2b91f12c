import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { cp, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** The demo is built into dist/, one folder below the package root. */
export const packageRoot = fileURLToPath(new URL("..", import.meta.url));
export const workspace = join(packageRoot, ".demo", "checkout");
export const feature_id = "F1-checkout";

const example = join(packageRoot, "examples", "checkout");

/** Creates a new repository with a shop that has no design yet. */
export async function prepareWorkspace(): Promise<void> {
  for (const path of [workspace, `${workspace}.worktrees`]) await rm(path, { recursive: true, force: true });
  const isDesign = (path: string) => relative(example, path).startsWith("designs");
  await cp(example, workspace, { recursive: true, filter: (path) => !isDesign(path) });
  git(workspace, "init", "--quiet", "--initial-branch=main");
  commitAll(workspace, "A shop without a design yet");
}

/**
 * Writes a design to the folder of an experiment's code, and commits it.
 * @returns the abbreviated commit
 */
export async function writeDesign(directory: string, design: string, message: string): Promise<string> {
  await cp(join(example, "designs", design), join(directory, "design"), { recursive: true });
  return commitAll(directory, message);
}

export function commitAll(directory: string, message: string): string {
  git(directory, "add", "--all");
  git(
    directory,
    "-c",
    "user.name=demo",
    "-c",
    "user.email=demo@localhost",
    "commit",
    "--quiet",
    "-m",
    message,
  );
  return git(directory, "rev-parse", "--short", "HEAD");
}

/**
 * Runs git and returns its output.
 * @throws Error with git's error output
 */
export function git(directory: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync("git", args, { cwd: directory, encoding: "utf8" });
  if (status !== 0) throw new Error(`git ${args.join(" ")} failed: ${stderr}`);
  return stdout.trim();
}

export function stopEmulator(localHome: string): void {
  runProgram(localHome, "lakebase-local.js", "stop");
}

/** Ends the runs that are still on. */
export function cancelRuns(localHome: string): void {
  const runs = join(workspace, ".tdd", "runs");
  const names = existsSync(runs) ? readdirSync(runs) : [];
  for (const run_id of names.filter((name) => name.startsWith("run-")))
    runProgram(localHome, "main.js", "cancel", run_id, "--workspace", workspace);
}

function runProgram(localHome: string, program: string, ...args: string[]): void {
  const env = { ...process.env, LAKEBASE_LOCAL_HOME: localHome };
  spawnSync(process.execPath, [join(packageRoot, "dist", program), ...args], { env, stdio: "ignore" });
}
