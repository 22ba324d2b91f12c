import type { ErrorDescription } from "../../../schemas/error.ts";
import type { Promotion, Verification } from "../../../schemas/promotion/promotion.ts";
import { type ExperimentRef, promotionPaths } from "../../experiments/layout.ts";
import { readPromotion, readVerification } from "../../experiments/promotion.ts";
import { describeError } from "../../utils/describe-error.ts";
import { asKnownError } from "../../utils/processes/system-errors.ts";
import { isParentChanged, isUnfinished } from "../promote/resume.ts";

/** The recorded state of an experiment's promotion. */
export interface PromotionInspection {
  promotion?: Promotion | undefined;
  verification?: Verification | undefined;
  objections: ErrorDescription[];
}

export async function inspectPromotion(ref: ExperimentRef): Promise<PromotionInspection> {
  try {
    const [promotion, verification] = await Promise.all([readPromotion(ref), readVerification(ref)]);
    const isHalf = promotion !== undefined && isUnfinished(promotion);
    return { promotion, verification, objections: isHalf ? [unfinished(ref, promotion)] : [] };
  } catch (error) {
    return { objections: [describeError(asKnownError(error))] };
  }
}

function unfinished(ref: ExperimentRef, promotion: Promotion): ErrorDescription {
  const { parent, code } = promotion.verified;
  const [began, repaired] = isParentChanged(promotion)
    ? [`to migrate ${parent.branch}`, parent.branch]
    : [`to update the checkouts of ${code?.target}`, "them"];
  return {
    code: "promotion_unfinished",
    message: `The promotion of ${ref.experiment_slug} began ${began} and did not finish.`,
    hint: `Finish it first. If you repaired ${repaired} by hand, remove ${promotionPaths(ref).promotion} instead.`,
    retryable: false,
  };
}
