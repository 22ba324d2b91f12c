import { type ChildProcess, execFile } from "node:child_process";
import { getMessage } from "../utils/core-error.ts";
import { addGitVariables, hasUnknownGitVariables, withoutGitVariables } from "../utils/git-variables.ts";

/** How a git command ended. `stdout` has no trailing line break. */
export interface GitEnd {
  failed: boolean;
  /** Undefined if git could not be started, or was killed. */
  exitCode?: number | undefined;
  stdout: string;
  stderr: string;
}

export interface GitOptions {
  input?: string;
  /** In milliseconds. Default: two minutes. */
  timeout?: number;
  /** Returns stdout byte for byte, as latin1 text. */
  isBinary?: boolean;
}

const defaultTimeoutMs = 120_000;

/** In bytes. */
const longestOutput = 100 * 2 ** 20;

/** The git processes under way, which are ended with us. */
const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill();
});

/**
 * Automatic garbage collection would prune worktrees whose folders are temporarily missing, including those that are
 * not ours. And what we read must not depend on how the user likes to read it.
 */
const settings = ["gc.auto=0", "maintenance.auto=false", "diff.relative=false", "color.ui=false"].flatMap(
  (each) => ["-c", each],
);

/**
 * Runs git in a directory, on the repository that contains it. A failure is a result, not an exception.
 * @param environment added to our own
 */
export async function git(
  directory: string,
  args: readonly string[],
  environment: Record<string, string> = {},
  options: GitOptions = {},
): Promise<GitEnd> {
  variablesLearned ??= learnVariables();
  await variablesLearned;
  return start(directory, [...settings, ...args], environment, options);
}

/** Set once we have begun to ask git for its variables. */
let variablesLearned: Promise<void> | undefined;

async function learnVariables(): Promise<void> {
  if (!hasUnknownGitVariables(process.env)) return;
  const { stdout } = await start("/", ["rev-parse", "--local-env-vars"], {}, {});
  addGitVariables(stdout.split("\n"));
}

/**
 * Starts a git process that is spoken to line by line while it runs. It gets its own process group, so that it has time
 * to release its locks if we are killed: it ends when its input does.
 */
export async function startGit(directory: string, args: readonly string[]) {
  variablesLearned ??= learnVariables();
  await variablesLearned;
  const { execa } = await import("execa");
  const env = buildEnvironment({});
  const setting = { cwd: directory, env, extendEnv: false, reject: false, detached: true, cleanup: false };
  // Wrapped in an object because a subprocess is also a promise, which would be awaited.
  return { process: execa("git", [...settings, ...args], { ...setting, stdin: "pipe" }) };
}

/** Without execa, which takes our own process three times as long: a run starts dozens. */
function start(
  directory: string,
  args: readonly string[],
  environment: Record<string, string>,
  { timeout = defaultTimeoutMs, input = "", isBinary = false }: GitOptions,
): Promise<GitEnd> {
  const encoding = isBinary ? "latin1" : "utf8";
  const env = buildEnvironment(environment);
  const setting = { cwd: directory, env, timeout, encoding, maxBuffer: longestOutput } as const;
  const read = (output: string) => (isBinary ? output : output.replace(/\r?\n$/, ""));
  return new Promise((resolve) => {
    try {
      const child = execFile("git", args, setting, (error, stdout, stderr) => {
        running.delete(child);
        const exitCode = error === null ? 0 : typeof error.code === "number" ? error.code : undefined;
        resolve({ failed: error !== null, exitCode, stdout: read(stdout), stderr: read(stderr) });
      });
      running.add(child);
      // It may end without having read everything.
      child.stdin?.on("error", () => {});
      child.stdin?.end(input);
    } catch (error) {
      resolve({ failed: true, stdout: "", stderr: getMessage(error) });
    }
  });
}

function buildEnvironment(environment: Record<string, string>): Record<string, string> {
  return {
    ...withoutGitVariables(process.env),
    // Reading must not take the lock that someone's commit needs, and no one is there to answer a prompt.
    GIT_OPTIONAL_LOCKS: "0",
    GIT_TERMINAL_PROMPT: "0",
    // Some messages are matched. Unlike LC_ALL, this leaves the encoding of hooks and filters alone.
    LANGUAGE: "en",
    ...environment,
  };
}
