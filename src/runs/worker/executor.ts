import type { CoreError } from "../../utils/core-error.ts";
import type { CycleCounts } from "../cycle/counts.ts";
import type { CycleScope } from "../cycle/scope.ts";

/** Where the suites of a run are run: on this machine, or on those that take them from a queue. */
export interface Executor {
  /** Whether it is this machine, whose places, ports and logins they need then. */
  isHere: boolean;
  /**
   * Runs a cycle's setup and those of its suites that are not counted yet, and counts them.
   * @param save called after each suite
   * @returns what kept something from being measured, or how the setup failed; undefined where all went its way
   * @throws the signal's reason where the run was stopped
   */
  runSteps: (
    scope: CycleScope,
    counts: CycleCounts,
    save: () => Promise<void>,
  ) => Promise<CoreError | undefined>;
  /** Called when the run is over, however it ended. */
  close: () => Promise<void>;
}
