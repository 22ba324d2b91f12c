import type { ComparisonReport } from "../../../schemas/comparison/comparison.ts";
import type { ExperimentSummary } from "../../../schemas/status.ts";
import { listSlugs } from "../../experiments/list-slugs.ts";
import { clipText } from "../../utils/text/clip-text.ts";
import { nameSome } from "../../utils/text/name-some.ts";

const maxNamed = 5;
/** How many of the comparison's warnings are repeated; the comparison itself has all of them. */
const maxCompared = 3;
const longest = 200;
/** A branch that expires within a day may be gone before anyone is back, in minutes. */
const soonMinutes = 1_440;

/** Lists what is wrong with a feature, or soon will be. */
export function listWarnings(
  summaries: readonly ExperimentSummary[],
  report: ComparisonReport | undefined,
  planTrouble: string | undefined,
): string[] {
  const named = (isSo: (summary: ExperimentSummary) => boolean | undefined) =>
    listSlugs(summaries.filter(isSo));
  const say = (slugs: string[], what: string) =>
    slugs.length === 0 ? [] : [`${nameSome(slugs, maxNamed)}: ${what}`];
  const soon = ({ expires_in_minutes }: ExperimentSummary) =>
    expires_in_minutes !== undefined && expires_in_minutes < soonMinutes;
  const compared = report?.warnings ?? [];
  const more = compared.length - maxCompared;
  return [
    ...(planTrouble === undefined ? [] : [planTrouble]),
    ...say(
      named(({ branch_state }) => branch_state === "gone"),
      "the branch no longer exists: it was deleted or expired",
    ),
    ...say(
      named(({ branch_state }) => branch_state === "replaced"),
      "someone else recreated the branch",
    ),
    ...say(named(soon), "the branch expires within a day"),
    ...compared.slice(0, maxCompared).map(({ message }) => clipText(message, longest)),
    ...(more > 0 ? [`and ${more} more in the comparison`] : []),
  ];
}
