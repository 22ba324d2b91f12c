import type { Readable } from "node:stream";
import type * as z from "zod";
import { CoreError } from "../../utils/core-error.ts";
import { withoutGitVariables } from "../../utils/git-variables.ts";
import { findSpawnError } from "../../utils/processes/system-errors.ts";
import type { Lakebase } from "../lakebase.ts";
import { type Budget, openBudget, timeLeft } from "./budget.ts";
import { interpretFailure, LakebaseError } from "./errors.ts";
import { killOnExit, killProcessGroup } from "./process-group.ts";
import { shareRead } from "./shared-reads.ts";

export interface CliCall {
  /** The arguments after `databricks`: `["postgres", "get-branch", path]`. */
  args: readonly string[];
  /**
   * For a call that changes something: how long the CLI may wait for completion, in milliseconds. The CLI enforces this
   * itself; only one that hangs is killed. Omitted for a call that only reads.
   */
  wait_ms?: number | undefined;
  /** The ttl or expire time that the call requests, for error messages. */
  expiry?: string | undefined;
}

/** Runs one call and parses its output. */
export async function askCli<T>(
  lakebase: Lakebase,
  budget: Budget,
  call: CliCall,
  schema: z.ZodType<T>,
): Promise<T> {
  const stdout = await runCli(lakebase, budget, call);
  const parsed = schema.safeParse(parseJson(stdout));
  if (parsed.success) return parsed.data;
  // The output may contain a credential, so no part of it is shown.
  const issues = parsed.error.issues.map(({ path, code }) => `${path.join(".") || "the whole"} (${code})`);
  const shown = issues.slice(0, 3).join(", ");
  throw new LakebaseError(
    "unreadable_output",
    `${nameCommand(call)} printed something that this version cannot read: ${shown}.`,
    {
      hint: "Check that it is the databricks CLI, version 1.0 or later.",
    },
  );
}

/**
 * Runs one call and returns its stdout. stderr matters only if the call fails: the CLI also prints warnings and advice
 * there.
 * @throws LakebaseError as stderr says; `timed_out`, `cancelled`, `cli_missing`
 */
export async function runCli(lakebase: Lakebase, budget: Budget, call: CliCall): Promise<string> {
  const { processes, reads, limits, priority } = lakebase;
  if (!isShareable(call)) return processes.add(() => runNow(lakebase, budget, call), { priority });
  const { signal } = budget;
  if (signal?.aborted) throw cancelled(call, signal);
  const own = AbortSignal.timeout(Math.ceil(timeLeft(budget)));
  const start = (begin: () => void, everybody: AbortSignal) =>
    processes.add(
      () => {
        begin();
        const shared = openBudget(lakebase, { timeout_ms: limits.read_ms, signal: everybody });
        return runNow(lakebase, shared, call);
      },
      { priority },
    );
  try {
    const ends = signal === undefined ? own : AbortSignal.any([own, signal]);
    return await shareRead(reads, JSON.stringify(call.args), start, ends);
  } catch (error) {
    if (signal?.aborted) throw cancelled(call, signal);
    throw own.aborted ? timedOut(call, timeLeft(budget)) : error;
  }
}

/** Every credential must be fresh, so those calls are not shared. */
function isShareable({ args, wait_ms }: CliCall): boolean {
  return wait_ms === undefined && !args.includes("generate-database-credential");
}

async function runNow(
  { settings, limits: { read_ms, grace_ms } }: Lakebase,
  budget: Budget,
  call: CliCall,
): Promise<string> {
  const { signal } = budget;
  if (signal?.aborted === true) throw cancelled(call, signal);
  const wait = call.wait_ms === undefined ? null : Math.min(call.wait_ms, timeLeft(budget));
  const timeout = wait === null ? [] : ["--timeout", `${Math.max(1, Math.floor(wait / 1000))}s`];
  const limit = wait === null ? Math.min(read_ms, timeLeft(budget)) : wait + grace_ms;
  const [file = "", ...leading] = settings.command;
  const login = settings.profile === undefined ? [] : ["--profile", settings.profile];
  // Loaded on first use, so that a server that only lists its tools starts without it.
  const { execa } = await import("execa");
  const child = execa(file, [...leading, ...call.args, ...timeout, "-o", "json", ...login], {
    // A databricks.yml in or above the working directory would change the host and login.
    cwd: "/",
    env: cliEnvironment(settings.env ?? process.env),
    extendEnv: false,
    stdin: "ignore",
    detached: true,
    reject: false,
  });
  const limits = stopAtLimits(child, limit, signal);
  const forget = killOnExit(child.pid);
  try {
    const { failed, stdout, stderr, exitCode, signal: killedBy, code } = await child;
    if (limits.stoppedBy() === "cancel") throw cancelled(call, signal);
    if (limits.stoppedBy() === "timeout") throw timedOut(call, limit);
    if (code === "ENOENT" || code === "EACCES") throw cliMissing(file);
    const trouble = findSpawnError(file, code);
    if (trouble !== undefined) throw trouble;
    if (!failed) {
      budget.warnings.push(...stderr.split("\n").filter((line) => line.startsWith("Warning: unknown field")));
      return stdout;
    }
    const ending = killedBy === undefined ? `exit code ${exitCode ?? "unknown"}` : `signal ${killedBy}`;
    const { profile, project } = settings;
    const command = nameCommand(call);
    throw interpretFailure({ command, stderr, ending, profile, project, expiry: call.expiry });
  } finally {
    limits.clear();
    forget();
  }
}

/** Kills a call that takes too long or is cancelled, with everything that it started. */
function stopAtLimits(child: CliProcess, limitMs: number, signal: AbortSignal | undefined) {
  let reason: "timeout" | "cancel" | null = null;
  const stop = (why: "timeout" | "cancel") => {
    reason ??= why;
    killProcessGroup(child.pid);
    child.stdout.destroy();
    child.stderr.destroy();
  };
  const timer = setTimeout(() => stop("timeout"), limitMs);
  const onAbort = () => stop("cancel");
  signal?.addEventListener("abort", onAbort, { once: true });
  return {
    stoppedBy: () => reason,
    clear: () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    },
  };
}

interface CliProcess {
  pid?: number | undefined;
  stdout: Readable;
  stderr: Readable;
}

/**
 * Drops variables that would change what the CLI prints or which workspace it selects, and those of a git command that
 * started us, which the emulator would keep for as long as it runs.
 */
function cliEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const {
    CLAUDECODE,
    DATABRICKS_OUTPUT_FORMAT,
    DATABRICKS_BUNDLE_ROOT,
    BUNDLE_ROOT,
    DATABRICKS_LOG_LEVEL,
    ...rest
  } = withoutGitVariables(env);
  return { ...rest, DATABRICKS_CLI_DISABLE_UPDATE_CHECK: "true", DATABRICKS_CLI_DISABLE_TELEMETRY: "1" };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const nameCommand = ({ args: [group = "", ...rest] }: CliCall) => {
  const end = rest.findIndex((argument) => argument.startsWith("--"));
  const words = end === -1 ? rest : rest.slice(0, end);
  return (group === "postgres" ? words : [group, ...words]).join(" ");
};

function timedOut(call: CliCall, limit: number): LakebaseError {
  const message = `${nameCommand(call)} did not answer within ${Math.round(limit / 1000)} s and was stopped.`;
  const hint =
    "Lakebase may still be working on it, or limiting requests. List the branches to see, then call again.";
  return new LakebaseError("timed_out", message, { hint, retryable: true });
}

/** Returns the error for a cancelled call, or the canceller's own reason. */
function cancelled(call: CliCall, signal: AbortSignal | undefined): CoreError {
  if (signal?.reason instanceof CoreError) return signal.reason;
  return new LakebaseError("cancelled", `${nameCommand(call)} was cancelled.`, {
    hint: "It may have taken effect anyway: list the branches to see.",
  });
}

function cliMissing(file: string): LakebaseError {
  return new LakebaseError("cli_missing", `The program ${file} could not be started.`, {
    hint: "Install the databricks CLI (https://docs.databricks.com/dev-tools/cli/install) or set LAKEBASE_CLI to its path.",
  });
}
