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
  if (findStep(answer, accepted) === "verify" && (await confirmAction("Run the verification now?", yes)))
    await follow(await startVerification(context, ref));
  if (findStep(answer, accepted) === "promote" && (await confirmAction("Promote it now?", yes)))
    await follow(await startPromotion(context, ref, accepted));
  process.exitCode = answer.state === "promoted" || answer.state === "ready" ? 0 : notPromoted;
  if (findStep(answer, accepted) !== undefined && !yes && !process.stdin.isTTY)
    print("Nothing was done. Pass --yes to verify and promote without asking.");
}

async function show(context: Context, ref: ExperimentRef): Promise<PromotionAnswer> {
  const answer = await describePromotion(context, ref);
  print(...renderPromotion(answer));
  return answer;
}

/** The objections that a verification resolves. */
const resolvedByVerification = ["not_verified", "target_moved", "verification_failed"];

/** Finds what can be done now; undefined if something else has to be done first, or if it is over. */
export function findStep(
  { state, objections }: Pick<PromotionAnswer, "state" | "objections">,
  accepted: readonly string[],
): "verify" | "promote" | undefined {
  const isOpen = state === "planned" || state === "verified" || state === "unfinished";
  const refused = objections.filter(({ code, acceptable }) => !acceptable || !accepted.includes(code));
  if (isOpen && refused.some(({ code, acceptable }) => !acceptable && resolvedByVerification.includes(code)))
    return "verify";
  const mayBeConfirmed = state === "verified" || state === "unfinished";
  return mayBeConfirmed && refused.length === 0 ? "promote" : undefined;
}
