import { learnGitVariables, withoutGitVariables } from "../utils/git-variables.ts";

/** How a git command ended. `stdout` is without its last line break. */
export interface GitEnd {
  failed: boolean;
  /** Undefined where git could not be started, or was stopped. */
  exitCode?: number | undefined;
  stdout: string;
  stderr: string;
}

export interface GitOptions {
  input?: string;
  /** In milliseconds. Default two minutes. */
  timeout?: number;
  /** Gives stdout byte for byte, as latin1 text. */
  isBinary?: boolean;
}

const defaultTimeoutMs = 120_000;

/** Cleaning up prunes worktrees that are out of sight at the moment, also those that are not ours. */
const settings = ["-c", "gc.auto=0", "-c", "maintenance.auto=false"];

/**
 * Runs git in a directory, on the repository that the directory is in. A failure is an answer, not an exception.
 * @param environment beside our own
 */
export async function git(
  directory: string,
  args: readonly string[],
  environment: Record<string, string> = {},
  options: GitOptions = {},
): Promise<GitEnd> {
  asked ??= askForVariables();
  await asked;
  return start(directory, [...settings, ...args], environment, options);
}

/** Asked of git once. */
let asked: Promise<void> | undefined;

async function askForVariables(): Promise<void> {
  const { stdout } = await start("/", ["rev-parse", "--local-env-vars"], {}, {});
  learnGitVariables(stdout.split("\n"));
}

/**
 * Starts a git that is spoken with while it runs, line by line. It is in a process group of its own, so that whoever
 * kills us leaves it the time to release what it holds: it ends when its input does.
 */
export async function startGit(directory: string, args: readonly string[]) {
  asked ??= askForVariables();
  await asked;
  const { execa } = await import("execa");
  const env = buildEnvironment({});
  const setting = { cwd: directory, env, extendEnv: false, reject: false, detached: true, cleanup: false };
  // In an object, since it is a promise too, of its end.
  return { process: execa("git", [...settings, ...args], { ...setting, stdin: "pipe" }) };
}

async function start(
  directory: string,
  args: readonly string[],
  environment: Record<string, string>,
  { timeout = defaultTimeoutMs, input = "", isBinary = false }: GitOptions,
): Promise<GitEnd> {
  // Loaded on first use: a server that only lists its tools starts without it.
  const { execa } = await import("execa");
  const env = buildEnvironment(environment);
  const output = isBinary ? ({ encoding: "latin1", stripFinalNewline: false } as const) : {};
  const setting = { cwd: directory, env, extendEnv: false, reject: false, timeout, input, ...output };
  return execa("git", args, setting);
}

function buildEnvironment(environment: Record<string, string>): Record<string, string> {
  return {
    ...withoutGitVariables(process.env),
    // A look must not take the lock that somebody's commit needs, and nobody is there to answer a question.
    GIT_OPTIONAL_LOCKS: "0",
    GIT_TERMINAL_PROMPT: "0",
    ...environment,
  };
}
