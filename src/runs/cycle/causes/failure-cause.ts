import type { TagEvidence } from "../../../../schemas/experiment/outcomes.ts";
import type { CommandSuite } from "../../../../schemas/plan/suite.ts";
import { CoreError, getMessage } from "../../../utils/core-error.ts";
import { runSetup, runSuite } from "../../suite/suite.ts";
import type { CycleScope } from "../scope.ts";
import { findExternalCause } from "./find-external-cause.ts";
import { withForkScope } from "./fork-scope.ts";

/**
 * Runs a failing suite again on a fresh branch of the experiment's parent: if it passes there, the state of its branch
 * caused the failure; if it fails again, its code did. If that cannot be determined, returns the reason.
 */
export async function findFailureCause(
  scope: CycleScope,
  tag: string,
  suite: CommandSuite,
): Promise<Pick<TagEvidence, "failure_cause" | "reason">> {
  try {
    return await withForkScope(scope, tag, suite.timeout_seconds, (fork) => runOnFork(fork, tag, suite));
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    scope.signal.throwIfAborted();
    return notFound(getMessage(error));
  }
}

const notFound = (why: string) => ({ reason: `its cause was not found: ${why}` });

async function runOnFork(
  scope: CycleScope,
  tag: string,
  suite: CommandSuite,
): Promise<Pick<TagEvidence, "failure_cause" | "reason">> {
  const { setup } = scope.request.plan;
  const folder = `${tag}/fresh-branch`;
  if (setup !== undefined) await runSetup(scope, setup, `${folder}/setup`);
  const verdict = await runSuite(scope, { tag, suite, repeat: 1, folder });
  if (verdict.state === "no_evidence") return notFound(verdict.reason);
  if (verdict.outcome.failed === 0) return { failure_cause: "state" };
  const outside = await findExternalCause(scope, folder, verdict.cases);
  return outside === undefined ? { failure_cause: "code" } : notFound(outside.message);
}
