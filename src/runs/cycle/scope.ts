import type { ExperimentOutcomes } from "../../../schemas/experiment/outcomes.ts";
import type { CheckedCode, ExperimentCode } from "../../experiments/code/worktrees.ts";
import type { Experiment } from "../../experiments/experiments.ts";
import type { ChangedFiles } from "../../git/changes/changed-files.ts";
import type { TreeState } from "../../git/commit.ts";
import type { OnWait } from "../../lakebase/connection/hold-compute.ts";
import type { Lakebase } from "../../lakebase/lakebase.ts";
import type { CoreError } from "../../utils/core-error.ts";
import type { RunRequest } from "../journal/journal.ts";
import type { Watchdog } from "../recovery/watchdog.ts";
import type { Turn } from "../worker/turns.ts";
import type { SharedFolders } from "../worktree/shared-folders.ts";
import type { ReadParent } from "./branch/parents.ts";
import type { ReachedBranch } from "./branch/reach-branch.ts";
import type { CycleCounts } from "./counts.ts";

/** The instructions for a cycle. */
export interface CycleSpec {
  runId: string;
  cycleId: string;
  experiment: Experiment;
  request: RunRequest;
  lakebase: Lakebase;
  signal: AbortSignal;
  watchdog: Watchdog;
  /** The command that starts this program again. */
  launch: readonly string[];
  turn: Turn;
  /** Whether no other experiment of the run is active at the same time. */
  isAlone: boolean;
  /** Finds the experiment's branch and logs in there, which may have begun before its turn. */
  reachBranch: (onWait: OnWait) => Promise<ReachedBranch>;
  readParent: ReadParent;
  /** Called with the step that begins (`branch`, `setup`, a tag) and the counts so far. */
  onStep: (step: string, counted: CycleCounts) => void;
}

/** What the record of a cycle identifies: who ran it, on which code and branch. */
export interface CycleIdentity extends Pick<CycleSpec, "runId" | "cycleId" | "experiment"> {
  request: Pick<RunRequest, "resumes">;
  tree: TreeState;
  branch: { uid: string | null };
}

/** A cycle whose experiment is ready: what all of its commands share. */
export interface CycleScope extends CycleSpec, ReachedBranch {
  code: ExperimentCode;
  /** Secrets in files that were copied into the worktree: must not appear in any artifact. */
  secrets: readonly string[];
  /** Verifies that the code is still the experiment's own, and where it is. Called before every command. */
  checkCode: () => Promise<CheckedCode>;
  /** Records what prevented the cycle, or one of its tags, from being measured. */
  recordTrouble: (error: CoreError, tag?: string) => Promise<void>;
  /** The state of the code before any command of the cycle ran. */
  tree: TreeState;
  /** The design's own uncommitted changes then; undefined if they are not known, or there can be none. */
  edits?: ChangedFiles | undefined;
  /** The folders that the plan links into the worktree, if any. */
  shared?: SharedFolders | undefined;
  /** Leased on this machine for the duration of the cycle, as many as the plan requests. */
  ports: readonly number[];
  /** In a run of what failed: the experiment's outcomes before it. */
  before?: ExperimentOutcomes | undefined;
  /** Called with what a login or a command is waiting for. */
  onWait: OnWait;
  /** Called when a suite's command has started. */
  onSuiteStarted?: (() => void) | undefined;
  /** Called when the experiment has left its place early, and those who took it have started. */
  onLeft?: (() => void) | undefined;
}
