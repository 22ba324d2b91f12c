import { casesFileSchema, type Report, type ReportCase } from "../../../schemas/plan/report.ts";
import { artifactPath, casesName } from "../../experiments/layout.ts";
import { agreesWith, type EarlierCycles, readEarlierCycles } from "../../experiments/outcomes/flakiness.ts";
import { mergeCases } from "../../experiments/outcomes/merge-cases.ts";
import { readRecord } from "../../utils/files/json.ts";
import { ifWhole, type OnBroken } from "../../utils/files/salvage.ts";
import { ownValue } from "../../utils/own-value.ts";
import type { ExperimentRecords } from "./records.ts";

/** The cases of one tag in one experiment, as counted over all cycles at its commit. */
export interface TagCases {
  experiment_slug: string;
  tag: string;
  cases: ReportCase[];
  /** Its report has more tests than these. */
  isIncomplete?: boolean;
  /** Absolute path of the artifact that tells most of them. */
  artifact: string;
}

/** What the reports that count said, tag by tag. The row has the counts of a broken file. */
export async function readCases(records: ExperimentRecords, onBroken: OnBroken): Promise<TagCases[]> {
  const { experiment, artifacts } = records;
  const files = artifacts.filter(({ name }) => !name.includes("/") && name.endsWith(casesName("")));
  const read = files.map(async ({ cycle_id, name }) => {
    const findPath = (artifact: string) => artifactPath(experiment, cycle_id, artifact);
    const file = await ifWhole(findPath(name), (path) => readRecord(path, casesFileSchema), onBroken);
    if (file === undefined) return [];
    const { tag, details = name } = file;
    const { lists } = await readEarlier(records, tag);
    const cases = mergeSteadily(records, tag, file, lists) ?? file.cases;
    const hasDetails = artifacts.some((each) => each.cycle_id === cycle_id && each.name === details);
    return [
      {
        experiment_slug: experiment.experiment_slug,
        tag,
        cases,
        ...(file.left_out !== undefined && { isIncomplete: true }),
        artifact: findPath(hasDetails ? details : name),
      },
    ];
  });
  return (await Promise.all(read)).flat();
}

/** What earlier cycles at the commit that a tag's counts are from tell of its tests. */
export async function readEarlier(records: ExperimentRecords, tag: string): Promise<EarlierCycles> {
  const { experiment, timeline, outcomes } = records;
  const source = ownValue(outcomes?.evidence?.by_tag ?? {}, tag)?.source;
  if (source === undefined) return { lists: [], unlisted_red: 0 };
  return readEarlierCycles(experiment, timeline, tag, source, countTests(records, tag).red === 0);
}

/**
 * The cases over all cycles; undefined where there is only one, or where its list is not the one that was counted, or
 * not all of it.
 */
export function mergeSteadily(
  records: ExperimentRecords,
  tag: string,
  { cases, left_out }: Report,
  earlier: ReportCase[][],
): ReportCase[] | undefined {
  if (earlier.length === 0 || left_out !== undefined || !agreesWith(cases, countTests(records, tag)))
    return undefined;
  return mergeCases([...earlier, cases]);
}

/** How many tests of a tag passed, and how many failed or were flaky, by the last cycle that ran it. */
function countTests({ outcomes }: ExperimentRecords, tag: string): { passed: number; red: number } {
  const { passed, failed } = ownValue(outcomes?.by_tag ?? {}, tag) ?? { passed: 0, failed: 0 };
  const { flaky = 0 } = ownValue(outcomes?.evidence?.by_tag ?? {}, tag) ?? {};
  return { passed, red: failed + flaky };
}
