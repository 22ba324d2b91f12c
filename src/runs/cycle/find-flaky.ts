import type { TagSource } from "../../../schemas/experiment/outcomes.ts";
import type { ReportCase } from "../../../schemas/plan/report.ts";
import { readEarlierCases } from "../../experiments/outcomes/flakiness.ts";
import { mergeCases, tallyCase } from "../../experiments/outcomes/merge-cases.ts";
import { readTimeline } from "../../experiments/timeline/timeline.ts";
import type { CycleSpec } from "./scope.ts";

/** A run names no more of them; their artifact has all. */
const maxNamed = 10;

/**
 * The tests of a suite that have both passed and failed at this commit, over its repeats and over earlier cycles, each
 * with how often: `checkout (failed 2 of 5)`. One lucky run does not make a flaky test a steady one.
 */
export async function findFlaky(
  { experiment }: Pick<CycleSpec, "experiment">,
  tag: string,
  source: TagSource,
  cases: ReportCase[],
): Promise<string[]> {
  const isGreen = cases.every(({ status }) => status === "passed" || status === "skipped");
  // A timeline that cannot be read hides the past, and is a warning of the comparison.
  const timeline = await readTimeline(experiment).catch(() => []);
  const earlier = await readEarlierCases(experiment, timeline, tag, source, isGreen);
  const flaky = mergeCases([...earlier, cases]).filter(({ status }) => status === "flaky");
  return flaky.slice(0, maxNamed).map((each) => {
    const { passed, failed } = tallyCase(each);
    return `${each.name} (failed ${failed} of ${passed + failed})`;
  });
}
