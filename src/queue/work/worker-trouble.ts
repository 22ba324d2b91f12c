import type { ErrorCode } from "../../../schemas/error-codes.ts";
import type { Run } from "../../../schemas/run.ts";
import { CoreError } from "../../utils/core-error.ts";
import { findKnownError } from "../../utils/processes/system-errors.ts";
import { asError } from "../as-error.ts";

/**
 * Whose trouble keeps a job from being run. `machine`: the worker's own, and any job would meet it. `here`: the worker's
 * own, with this job. `job`: it would be the same everywhere.
 */
export type TroubleScope = "machine" | "here" | "job";

/** By error code; any other is the job's. */
const scopes: Partial<Record<ErrorCode, TroubleScope>> = {
  // The CLI and its login.
  cli_missing: "machine",
  cli_too_old: "machine",
  not_authenticated: "machine",
  unknown_profile: "machine",
  wrong_host: "machine",
  project_not_found: "machine",
  unreadable_output: "machine",
  permission_denied: "machine",
  // The machine and its network.
  disk_full: "machine",
  read_only: "machine",
  no_more_processes: "machine",
  too_many_open_files: "machine",
  worker_not_started: "machine",
  ports_unavailable: "machine",
  rate_limited: "machine",
  unavailable: "machine",
  // The run found the branch before it made the job; this login may see another project or emulator.
  branch_gone: "here",
  branch_replaced: "here",
  // The job's code, as this machine has it.
  queue_code_missing: "here",
  worktree_failed: "here",
  worktree_gone: "here",
  worktree_busy: "here",
  worktree_incomplete: "here",
  worktree_taken: "here",
  git_stopped: "here",
  git_unreadable: "here",
  prepare_failed: "here",
  share_failed: "here",
  worktree_not_prepared: "here",
  code_outside: "here",
  // What may be gone the next time.
  timed_out: "here",
  login_failed: "here",
  endpoint_not_ready: "here",
  host_not_ready: "here",
  no_free_port: "here",
  locked: "here",
  record_unreadable: "here",
  queue_job_lost: "here",
  internal: "here",
};

export function findScope({ code }: Pick<CoreError, "code">): TroubleScope {
  return scopes[code] ?? "job";
}

/** Describes anything that was thrown while a job was carried out. */
export function asTrouble(error: unknown): CoreError {
  const known = findKnownError(error);
  if (known !== undefined) return known;
  return new CoreError("internal", error instanceof Error ? error.message : String(error), {
    hint: "This is a bug in the worker. Please report it.",
    cause: error,
  });
}

/** Finds the worker's own trouble that kept a job's run from measuring its suite; undefined if there was none. */
export function findRunTrouble({ state, interrupted_by, results }: Run): CoreError | undefined {
  if (state === "interrupted") {
    const what = interrupted_by === undefined ? "." : `: ${interrupted_by.message}`;
    const lost = new CoreError("queue_job_lost", `The process that ran the suite ended early${what}`, {
      hint: interrupted_by?.hint ?? "Look at the worker's machine, then run it again.",
      retryable: true,
    });
    const named = interrupted_by && asError(interrupted_by);
    return named !== undefined && findScope(named) === "machine" ? named : lost;
  }
  const error = results[0]?.error;
  const trouble = error && asError(error);
  return trouble !== undefined && findScope(trouble) !== "job" ? trouble : undefined;
}
