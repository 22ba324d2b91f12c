import type { ErrorDescription } from "../../../schemas/error.ts";
import type { Promotion, Verification } from "../../../schemas/promotion/promotion.ts";
import { type ExperimentRef, promotionPaths } from "../../experiments/layout.ts";
import { readPromotion, readVerification } from "../../experiments/promotion.ts";
import { describeError } from "../../utils/describe-error.ts";
import { asKnownError } from "../../utils/processes/system-errors.ts";
import { isFinished, isParentChanged } from "../promote/resume.ts";

/** The recorded state of an experiment's promotion. */
export interface PromotionInspection {
  promotion?: Promotion | undefined;
  verification?: Verification | undefined;
  objections: ErrorDescription[];
}

export async function inspectPromotion(ref: ExperimentRef): Promise<PromotionInspection> {
  try {
    const [promotion, verification] = await Promise.all([readPromotion(ref), readVerification(ref)]);
    const isHalf = promotion !== undefined && !isFinished(promotion) && isParentChanged(promotion);
    return { promotion, verification, objections: isHalf ? [unfinished(ref, promotion)] : [] };
  } catch (error) {
    return { objections: [describeError(asKnownError(error))] };
  }
}

function unfinished(ref: ExperimentRef, { verified }: Promotion): ErrorDescription {
  const { experiment_slug } = ref;
  return {
    code: "promotion_unfinished",
    message: `The promotion of ${experiment_slug} began to migrate ${verified.parent.branch} and did not finish.`,
    hint: `Finish it first. If you repaired ${verified.parent.branch} by hand, remove ${promotionPaths(ref).promotion} instead.`,
    retryable: false,
  };
}
