import type { Lakebase } from "./lakebase/lakebase.ts";

/** What a core call knows of its caller. */
export interface Context {
  /** Absolute path of the main checkout, which holds the records. */
  workspace: string;
  /** Where worktrees go on this machine, whatever a plan says. Absolute, or relative to the workspace. */
  worktrees?: string | undefined;
  /** What `lakebase` reaches: the emulator on this machine, or a Lakebase project. */
  backend: "local" | "lakebase";
  lakebase: Lakebase;
  /** `LAKEBASE_BRANCH_PREFIX` as it was given, whatever it is. */
  branch_prefix?: string | undefined;
  /** The argument list that starts this program again on the same workspace; a worker is started with it. */
  launch: readonly string[];
  signal: AbortSignal;
  /** Tells the caller how far a long call is. Goes nowhere where the caller did not ask. */
  progress: (message: string, done: number, total: number) => void;
}
