import type { ExperimentOutcomes } from "../../../schemas/experiment/outcomes.ts";
import type { ExperimentCode } from "../../experiments/code/worktrees.ts";
import type { Experiment } from "../../experiments/experiments.ts";
import type { TreeState } from "../../git/commit.ts";
import type { OnWait } from "../../lakebase/connection/hold-compute.ts";
import type { Lakebase } from "../../lakebase/lakebase.ts";
import type { Branch } from "../../lakebase/resources.ts";
import type { CoreError } from "../../utils/core-error.ts";
import type { RunRequest } from "../journal/journal.ts";
import type { Watchdog } from "../recovery/watchdog.ts";
import type { Turn } from "../worker/turns.ts";
import type { CycleCounts } from "./counts.ts";
import type { Logins } from "./logins.ts";
import type { ReadParent } from "./parents.ts";
import type { ReachedBranch } from "./reach-branch.ts";

/** What a cycle is to do. */
export interface CycleSpec {
  runId: string;
  cycleId: string;
  experiment: Experiment;
  request: RunRequest;
  lakebase: Lakebase;
  signal: AbortSignal;
  watchdog: Watchdog;
  /** The argument list that starts this program again. */
  launch: readonly string[];
  turn: Turn;
  /** Whether no other experiment of the run is at work at the same time. */
  isAlone: boolean;
  /** Finds the experiment's branch and logs in there, which may have begun before its turn. */
  reachBranch: (onWait: OnWait) => Promise<ReachedBranch>;
  readParent: ReadParent;
  /** Called with what begins (`branch`, `setup`, a tag) and what is counted so far. */
  onStep: (step: string, counted: CycleCounts) => void;
}

/** What the record of a cycle is made by: who ran it, on which code and branch. */
export interface CycleIdentity extends Pick<CycleSpec, "runId" | "cycleId" | "experiment"> {
  request: Pick<RunRequest, "resumes">;
  tree: TreeState;
  branch: { uid: string | null };
}

/** A cycle whose experiment was reached: what all of its commands share. */
export interface CycleScope extends CycleSpec {
  code: ExperimentCode;
  /** Of files that were copied into the worktree: not to be read in any artifact. */
  secrets: readonly string[];
  /** Makes sure that the code is still what it was, and says where it is. Asked before every command. */
  checkCode: () => Promise<ExperimentCode>;
  /** Keeps what kept the cycle, or one of its tags, from being measured. */
  recordTrouble: (error: CoreError, tag?: string) => Promise<void>;
  /** The code, before any command of the cycle ran. */
  tree: TreeState;
  /** As Lakebase has it. */
  branch: Branch;
  logins: Logins;
  /** Leased on this machine for the length of the cycle, as many as the plan asks for. */
  ports: readonly number[];
  /** Of a run of what failed, how its experiment stood before. */
  before?: ExperimentOutcomes | undefined;
  /** Called with what a login or a command waits for. */
  onWait: OnWait;
}
