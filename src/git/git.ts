import { type ChildProcess, type ExecFileException, execFile } from "node:child_process";
import { CoreError, getMessage } from "../utils/core-error.ts";
import { addGitVariables, hasUnknownGitVariables, withoutGitVariables } from "../utils/git-variables.ts";
import { findSpawnError } from "../utils/processes/system-errors.ts";
import { readErrorCode } from "../utils/read-error-code.ts";
import { letGoOfOutput } from "./held-output.ts";

/** How a git command ended. `stdout` has no trailing line break. */
export interface GitEnd {
  failed: boolean;
  /** Undefined if there is no such program, or no such directory. */
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
  /** Whether that it was stopped is a failure like any other, as of a remote that does not answer. */
  mayStop?: boolean;
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
 * Runs git in a directory, on the repository that contains it. A failure is a result, not an exception, unless git did
 * not get to its end: what it printed until then must not be taken for all that there is.
 * @param environment added to our own
 * @throws CoreError `git_stopped`, `too_many_open_files`, `no_more_processes`
 */
export async function git(
  directory: string,
  args: readonly string[],
  environment: Record<string, string> = {},
  options: GitOptions = {},
): Promise<GitEnd> {
  variablesLearned ??= learnVariables();
  await variablesLearned;
  const { stopped, ...end } = await start(directory, [...settings, ...args], environment, options);
  if (stopped === undefined || options.mayStop) return end;
  if (stopped instanceof CoreError) throw stopped;
  const command = args.find((each) => /^[a-z][a-z-]*$/.test(each)) ?? "";
  throw new CoreError("git_stopped", `git ${command} did not end by itself in ${directory}: ${stopped}.`, {
    hint: "Call again. If memory runs out, run fewer experiments at once.",
    retryable: true,
  });
}

/** Set once we have begun to ask git for its variables. */
let variablesLearned: Promise<void> | undefined;

async function learnVariables(): Promise<void> {
  if (!hasUnknownGitVariables(process.env)) return;
  const { failed, stdout } = await start("/", ["rev-parse", "--local-env-vars"], {}, {});
  if (failed) variablesLearned = undefined;
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

interface GitProcessEnd extends GitEnd {
  /** Why git did not get to its end; undefined if it did. */
  stopped?: string | CoreError | undefined;
}

/** Without execa, which takes our own process three times as long: a run starts dozens. */
function start(
  directory: string,
  args: readonly string[],
  environment: Record<string, string>,
  { timeout = defaultTimeoutMs, input = "", isBinary = false }: GitOptions,
): Promise<GitProcessEnd> {
  const encoding = isBinary ? "latin1" : "utf8";
  const env = buildEnvironment(environment);
  const setting = { cwd: directory, env, timeout, encoding, maxBuffer: longestOutput } as const;
  const read = (output: string) => (isBinary ? output : output.replace(/\r?\n$/, ""));
  return new Promise((resolve) => {
    try {
      const child = execFile("git", args, setting, (error, stdout, stderr) => {
        running.delete(child);
        const exitCode = error === null ? 0 : typeof error.code === "number" ? error.code : undefined;
        const stopped = error === null ? undefined : explainStop(error, timeout);
        resolve({ failed: error !== null, exitCode, stdout: read(stdout), stderr: read(stderr), stopped });
      });
      running.add(child);
      letGoOfOutput(child);
      // It may end without having read everything.
      child.stdin?.on("error", () => {});
      child.stdin?.end(input);
    } catch (error) {
      const stopped = findSpawnError("git", readErrorCode(error));
      resolve({ failed: true, stdout: "", stderr: getMessage(error), stopped });
    }
  });
}

function explainStop(error: ExecFileException, timeout: number): string | CoreError | undefined {
  const { code, killed, signal } = error;
  if (code === "ERR_CHILD_PROCESS_STDIO_MAXBUFFER") return `it printed more than ${longestOutput} bytes`;
  if (killed === true) return `it took longer than ${timeout / 1000} s`;
  if (signal != null) return `it was killed by ${signal}`;
  return findSpawnError("git", readErrorCode(error));
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
