import { isErrorCode } from "../../../schemas/error-codes.ts";
import type { Run } from "../../../schemas/run.ts";
import type { Context } from "../../context.ts";
import type { ExperimentRef } from "../../experiments/layout.ts";
import { readPromotion } from "../../experiments/promotion.ts";
import { waitForRun } from "../../runs/caller/wait.ts";
import { hasEnded } from "../../runs/journal/journal.ts";
import { CoreError } from "../../utils/core-error.ts";
import { startPromotion } from "./start-promotion.ts";
import { startVerification } from "./start-verification.ts";

/** Starts a verification and waits up to `seconds` for its end. @throws whatever `startVerification` throws */
export async function verifyPromotion(
  context: Context,
  ref: ExperimentRef,
  { seconds }: { seconds: number },
): Promise<Run | undefined> {
  const run = await startVerification(context, ref);
  return run && waitForRun(context, run.run_id, { seconds, until: "end" });
}

/**
 * Starts a promotion and waits up to `seconds` for its end. If the wait ends first, the promotion continues.
 * @throws CoreError whatever `startPromotion` throws, and the error that the promotion ended with
 */
export async function confirmPromotion(
  context: Context,
  ref: ExperimentRef,
  { accept, verify, seconds }: { accept: readonly string[]; verify: boolean; seconds: number },
): Promise<Run | undefined> {
  if (verify) {
    throw new CoreError("invalid_input", "Pass either verify or confirm, not both.", {
      hint: "Verify first, look at the result, then confirm.",
    });
  }
  const run = await startPromotion(context, ref, accept);
  if (run === undefined) return undefined;
  const ended = await waitForRun(context, run.run_id, { seconds, until: "end" });
  const promotion = hasEnded(ended) ? await readPromotion(ref) : undefined;
  if (promotion?.run_id !== run.run_id || promotion.state !== "failed" || promotion.error === undefined)
    return ended;
  const { code, message, hint, retryable } = promotion.error;
  throw new CoreError(isErrorCode(code) ? code : "internal", message, { hint, retryable });
}
