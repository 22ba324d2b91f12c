import type { PromotionAnswer } from "../../../schemas/promotion/promotion-answer.ts";
import type { Run } from "../../../schemas/run.ts";
import type { Context } from "../../context.ts";
import type { ExperimentRef } from "../../experiments/layout.ts";
import { describePromotion } from "../../lifecycle/promote/describe.ts";
import { startPromotion } from "../../lifecycle/promote/start-promotion.ts";
import { startVerification } from "../../lifecycle/promote/start-verification.ts";
import { confirmAction } from "../ask.ts";
import { openContext, type Shared } from "../command.ts";
import { followRun } from "../follow-run.ts";
import type { Flags } from "../options.ts";
import { print } from "../print.ts";
import { renderPromotion } from "../render/promotion.ts";
import { splitList } from "../split-list.ts";

/** The exit status if it was not promoted. */
const notPromoted = 2;

/**
 * `promote FEATURE EXPERIMENT`: shows what a promotion would do and the objections to it, then verifies and promotes,
 * each once that is permitted.
 * @throws CoreError whatever `startVerification` and `startPromotion` throw
 */
export async function promote(
  shared: Shared,
  [feature_id = "", experiment_slug = ""]: string[],
  { yes = false, accept }: Flags,
): Promise<void> {
  const context = openContext(shared);
  const ref = { workspace: shared.workspace, feature_id, experiment_slug };
  const accepted = splitList(accept ?? "");
  let answer = await show(context, ref);
  const follow = async (run: Run | undefined) => {
    if (run !== undefined) await followRun(shared, run.run_id);
    answer = await show(context, ref);
  };
  if (needsVerification(answer) && (await confirmAction("Run the verification now?", yes)))
    await follow(await startVerification(context, ref));
  if (mayBeConfirmed(answer, accepted) && (await confirmAction("Promote it now?", yes)))
    await follow(await startPromotion(context, ref, accepted));
  process.exitCode = answer.state === "promoted" || answer.state === "ready" ? 0 : notPromoted;
  if (process.exitCode !== 0 && !yes && !process.stdin.isTTY)
    print("Nothing was done. Pass --yes to verify and promote without asking.");
}

async function show(context: Context, ref: ExperimentRef): Promise<PromotionAnswer> {
  const answer = await describePromotion(context, ref);
  print(...renderPromotion(answer));
  return answer;
}

/** The objections that a verification resolves. */
const resolvedByVerification = ["not_verified", "target_moved"];

function needsVerification({ state, objections }: PromotionAnswer): boolean {
  if (state !== "planned" && state !== "unfinished") return false;
  return objections.some(({ code, acceptable }) => resolvedByVerification.includes(code) && !acceptable);
}

function mayBeConfirmed({ state, objections }: PromotionAnswer, accepted: readonly string[]): boolean {
  if (state !== "verified" && state !== "unfinished") return false;
  return objections.every(({ code, acceptable }) => acceptable && accepted.includes(code));
}
