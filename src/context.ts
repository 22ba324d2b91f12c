import type { KnownLogins } from "./lakebase/connection/known-logins.ts";
import type { Lakebase } from "./lakebase/lakebase.ts";
import type { SpareProcess } from "./utils/processes/spare-process.ts";

/** What a core call knows about its caller. */
export interface Context {
  /** Absolute path of the main checkout, which holds the records. */
  workspace: string;
  /** Where worktrees go on this machine, overriding any plan. Absolute, or relative to the workspace. */
  worktrees?: string | undefined;
  /** What `lakebase` reaches: the local emulator, or a Lakebase project. */
  backend: "local" | "lakebase";
  lakebase: Lakebase;
  /** Logins that this process keeps for later runs. Omitted by processes that do not stay. */
  logins?: KnownLogins | undefined;
  /** The worker of the next run, started ahead. Omitted by processes that do not stay. */
  spare?: SpareProcess | undefined;
  /** `LAKEBASE_BRANCH_PREFIX` as given, not yet validated. */
  branch_prefix?: string | undefined;
  /** `LAKEBASE_QUEUE_URL`: the queue that runs send their suites to. It may contain a password, and is never stored. */
  queue_url?: string | undefined;
  /** The command that starts this program again on the same workspace; workers are started with it. */
  launch: readonly string[];
  signal: AbortSignal;
  /** Reports the progress of a long call. Does nothing if the caller did not ask for it. */
  progress: (message: string, done: number, total: number) => void;
}
