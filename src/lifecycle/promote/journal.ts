import type { Promotion, PromotionStep } from "../../../schemas/promotion/promotion.ts";
import type { ExperimentRef } from "../../experiments/layout.ts";
import { writePromotion } from "../../experiments/promotion.ts";
import { describeError } from "../../utils/describe-error.ts";
import { isDone } from "./resume.ts";

/** The journal of a promotion, written to disk before and after each step. */
export class Journal {
  readonly #ref: ExperimentRef;
  #promotion: Promotion;

  constructor(ref: ExperimentRef, promotion: Promotion) {
    this.#ref = ref;
    this.#promotion = promotion;
  }

  get promotion(): Promotion {
    return this.#promotion;
  }

  async update(change: Partial<Promotion>): Promise<void> {
    this.#promotion = { ...this.#promotion, ...change };
    await writePromotion(this.#ref, this.#promotion);
  }

  /** Takes a step, unless an earlier run completed it. @param log absolute path of the step's output */
  async take(step: PromotionStep, task: () => Promise<void>, log?: string): Promise<void> {
    if (isDone(this.#promotion, step)) return;
    const note = (state: "begun" | "done" | "failed", error?: unknown) =>
      this.update({
        steps: [
          ...this.#promotion.steps,
          {
            ...{ step, state, ts: new Date().toISOString(), run_id: this.#promotion.run_id },
            ...(error !== undefined && { error: describeError(error) }),
            ...(log !== undefined && { log }),
          },
        ],
      });
    await note("begun");
    try {
      await task();
    } catch (error) {
      await note("failed", error);
      throw error;
    }
    await note("done");
  }
}
