import { addGitVariables, withoutGitVariables } from "../utils/git-variables.ts";

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

async function start(
  directory: string,
  args: readonly string[],
  environment: Record<string, string>,
  { timeout = defaultTimeoutMs, input = "", isBinary = false }: GitOptions,
): Promise<GitEnd> {
  // Loaded on first use, so that a server that only lists its tools starts without it.
  const { execa } = await import("execa");
  const env = buildEnvironment(environment);
  const output = isBinary ? ({ encoding: "latin1", stripFinalNewline: false } as const) : {};
  const setting = { cwd: directory, env, extendEnv: false, reject: false, timeout, input, ...output };
  return execa("git", args, setting);
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
