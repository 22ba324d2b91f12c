import type { Plan } from "../../../schemas/plan/plan.ts";
import type { Experiment } from "../../experiments/experiments.ts";
import { listSlugs } from "../../experiments/list-slugs.ts";
import { CoreError } from "../../utils/core-error.ts";
import { nameSome } from "../../utils/text/name-some.ts";
import { findOpenTags } from "../rerun/open-tags.ts";

const maxNamed = 5;

/** The selection for a run of everything that failed. */
export interface FailedSelection {
  experiments: Experiment[];
  /** By experiment: the tags that failed or are not measured at its current commit. */
  failed_tags: Record<string, string[]>;
  /** Which experiments are skipped, and why. */
  warnings?: string[];
}

/** Selects what failed, or is not measured, among some experiments. @throws CoreError `nothing_failed` */
export async function selectFailed(
  all: readonly Experiment[],
  plan: Plan,
  tags: readonly string[],
): Promise<FailedSelection> {
  const failed_tags = await findOpenTags(all, plan, tags);
  const isOpen = ({ experiment_slug }: Experiment) => Object.hasOwn(failed_tags, experiment_slug);
  const experiments = all.filter(isOpen);
  const others = listSlugs(all.filter((experiment) => !isOpen(experiment)));
  const passed = `At the current commit, nothing failed and nothing is left to measure in ${nameSome(others, maxNamed)}.`;
  if (experiments.length === 0) {
    throw new CoreError("nothing_failed", passed, {
      hint: "Omit only_failed to run the suites again anyway.",
    });
  }
  return { experiments, failed_tags, ...(others.length > 0 && { warnings: [`${passed} Not run again.`] }) };
}
