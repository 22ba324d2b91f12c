import type { Step } from "../../../../schemas/plan/suite.ts";
import { readTimeline } from "../../../experiments/timeline/timeline.ts";
import { CoreError } from "../../../utils/core-error.ts";
import { asKnownError } from "../../../utils/processes/system-errors.ts";
import { runSetup, SetupFailed, setupSeconds } from "../../suite/suite.ts";
import type { CycleScope } from "../scope.ts";
import { findExternalCause } from "./find-external-cause.ts";
import { withForkScope } from "./fork-scope.ts";

/**
 * Finds what made a setup fail if that was not the design: something it needs was missing, or it had run on this branch
 * before and cannot run twice. To tell, it runs once on a fresh branch.
 * @returns undefined if the design is at fault, as far as can be told
 */
export async function findSetupCause(
  scope: CycleScope,
  steps: readonly Step[],
): Promise<CoreError | undefined> {
  const outside = await findExternalCause(scope, "setup", []);
  if (outside !== undefined) return outside;
  if (!(await hasRunBefore(scope))) return undefined;
  try {
    const seconds = setupSeconds * steps.length;
    await withForkScope(scope, "setup", seconds, (fork) => runSetup(fork, steps, "setup/fresh-branch"));
  } catch (error) {
    scope.signal.throwIfAborted();
    return error instanceof SetupFailed ? undefined : explainDoubt(asKnownError(error));
  }
  const what =
    "The plan's setup failed on the experiment's branch, where it had run before, but not on a fresh one";
  return new CoreError(
    "setup_not_repeatable",
    `${what}: the state of the branch is the cause, not the design.`,
    {
      hint: "Make the setup safe to run again, such as by create table if not exists; or create the experiment again with fresh, which forks its branch anew.",
    },
  );
}

/** Nothing says that the design is the cause if the setup could not run on a fresh branch. */
function explainDoubt(cause: CoreError): CoreError {
  const { code, message, hint, retryable } = cause;
  const what = `The plan's setup failed where it had run before, and it could not be tried on a fresh branch: ${message}`;
  return new CoreError(code, what, { hint, retryable, cause });
}

async function hasRunBefore({ experiment, cycleId, request }: CycleScope): Promise<boolean> {
  if (cycleId !== "C1" || request.resumes !== undefined) return true;
  return (await readTimeline(experiment)).some(({ kind }) => kind === "cycle");
}
