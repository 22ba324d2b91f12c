import type { TagSource } from "../../../schemas/experiment/outcomes.ts";
import type { ReportCase } from "../../../schemas/plan/report.ts";
import { readEarlierCases } from "../../experiments/outcomes/flakiness.ts";
import { mergeCases, tallyCase } from "../../experiments/outcomes/merge-cases.ts";
import { readTimeline } from "../../experiments/timeline/timeline.ts";
import type { CycleSpec } from "./scope.ts";

/** The most names listed by a run; the artifact has all of them. */
const maxNamed = 10;

/**
 * Lists the tests of a suite that have both passed and failed with this code, across repeats and earlier cycles, each
 * with its counts: `checkout (failed 2 of 5)`. One lucky run does not make a flaky test stable.
 */
export async function findFlaky(
  { experiment }: Pick<CycleSpec, "experiment">,
  tag: string,
  source: TagSource,
  cases: ReportCase[],
): Promise<string[]> {
  const isGreen = cases.every(({ status }) => status === "passed" || status === "skipped");
  // An unreadable timeline hides earlier results; the comparison warns about it.
  const timeline = await readTimeline(experiment).catch(() => []);
  const earlier = await readEarlierCases(experiment, timeline, tag, source, isGreen);
  const flaky = mergeCases([...earlier, cases]).filter(({ status }) => status === "flaky");
  return flaky.slice(0, maxNamed).map((each) => {
    const { passed, failed } = tallyCase(each);
    return `${each.name} (failed ${failed} of ${passed + failed})`;
  });
}
