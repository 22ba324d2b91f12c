import type { PromotionRecords } from "../../experiments/promotion.ts";
import { isFinished, isUnfinished } from "../promote/resume.ts";

/** A promotion or verification that someone should know about. */
export interface Pending {
  experiment_slug: string;
  /**
   * `verified`: it may be confirmed. `unfinished`: it stopped halfway. `over`: the winner was promoted. `kept`: only
   * its safety branch remains.
   */
  state: "verified" | "unfinished" | "over" | "kept";
  what: string;
}

/**
 * Lists what a feature's promotions are waiting for.
 * @param open the slugs of its open experiments: of a closed one, only the safety branch remains
 */
export function listPending(promotions: readonly PromotionRecords[], open: readonly string[]): Pending[] {
  return promotions.flatMap((records) => {
    const slug = records.ref.experiment_slug;
    const safety = describeSafety(records);
    if (!open.includes(slug)) return safety;
    const state = findState(records);
    return state === undefined
      ? safety
      : [{ experiment_slug: slug, state, what: texts[state](slug) }, ...safety];
  });
}

function findState({
  verification,
  promotion,
}: PromotionRecords): Exclude<Pending["state"], "kept"> | undefined {
  const isOfLast = promotion?.verified.run_id === verification?.run_id;
  if (promotion !== undefined && isFinished(promotion) && isOfLast) return "over";
  if (promotion !== undefined && isUnfinished(promotion)) return "unfinished";
  return verification?.state === "succeeded" ? "verified" : undefined;
}

const texts: Record<Exclude<Pending["state"], "kept">, (slug: string) => string> = {
  verified: (slug) => `the promotion of ${slug} was verified and waits to be confirmed`,
  unfinished: (slug) => `the promotion of ${slug} did not finish`,
  over: (slug) => `${slug} is promoted, and the experiments wait to be closed`,
};

/** Until it expires, the parent's earlier state is available on it. */
function describeSafety({ ref, promotion }: PromotionRecords): Pending[] {
  const { branch, expire_time = null } = promotion?.safety_branch ?? {};
  if (branch === undefined || expire_time === null || Date.parse(expire_time) < Date.now()) return [];
  const what = `branch ${branch} keeps the parent as it was until ${expire_time}`;
  return [{ experiment_slug: ref.experiment_slug, state: "kept", what }];
}
