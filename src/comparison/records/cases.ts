import { casesFileSchema, type Report, type ReportCase } from "../../../schemas/plan/report.ts";
import { artifactPath, casesName } from "../../experiments/layout.ts";
import { agreesWith, type EarlierCycles, readEarlierCycles } from "../../experiments/outcomes/flakiness.ts";
import { mergeCases } from "../../experiments/outcomes/merge-cases.ts";
import { readRecord } from "../../utils/files/json.ts";
import { type OnBroken, readIfValid } from "../../utils/files/salvage.ts";
import { ownValue } from "../../utils/own-value.ts";
import type { ExperimentRecords } from "./records.ts";

/** The cases of one tag of an experiment, merged over all cycles of its code. */
export interface TagCases {
  experiment_slug: string;
  tag: string;
  cases: ReportCase[];
  /** Whether the report has more tests than listed here. */
  isIncomplete?: boolean;
  /** Absolute path of the artifact with the most detail. */
  artifact: string;
}

/** Reads the cases of the reports that count, tag by tag. A broken file is skipped; the row still has its counts. */
export async function readCases(records: ExperimentRecords, onBroken: OnBroken): Promise<TagCases[]> {
  const { experiment, artifacts } = records;
  const files = artifacts.filter(({ name }) => !name.includes("/") && name.endsWith(casesName("")));
  const read = files.map(async ({ cycle_id, name }) => {
    const findPath = (artifact: string) => artifactPath(experiment, cycle_id, artifact);
    const file = await readIfValid(findPath(name), (path) => readRecord(path, casesFileSchema), onBroken);
    if (file === undefined) return [];
    const { tag, details = name } = file;
    const { lists } = await readEarlierOfTag(records, tag);
    const cases = mergeOverCycles(records, tag, file, lists) ?? file.cases;
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

/** Reads what earlier cycles of the same code found for a tag. */
export async function readEarlierOfTag(records: ExperimentRecords, tag: string): Promise<EarlierCycles> {
  const { experiment, timeline, outcomes, listed_cycles } = records;
  const hasLists = (cycleId: string) => listed_cycles?.has(cycleId) ?? true;
  const source = ownValue(outcomes?.evidence?.by_tag, tag)?.source;
  if (source === undefined) return { lists: [], unlisted_red: 0 };
  return readEarlierCycles(experiment, timeline, tag, source, countTests(records, tag).red === 0, hasLists);
}

/**
 * Merges the cases of all cycles. Undefined if there is only one cycle, or if its list of cases is incomplete or does
 * not match the counts.
 */
export function mergeOverCycles(
  records: ExperimentRecords,
  tag: string,
  { cases, left_out }: Report,
  earlier: ReportCase[][],
): ReportCase[] | undefined {
  if (earlier.length === 0 || left_out !== undefined || !agreesWith(cases, countTests(records, tag)))
    return undefined;
  return mergeCases([...earlier, cases]);
}

/** Counts the tests of a tag that passed, and those that failed or were flaky, in the last cycle that ran it. */
function countTests({ outcomes }: ExperimentRecords, tag: string): { passed: number; red: number } {
  const { passed, failed } = ownValue(outcomes?.by_tag, tag) ?? { passed: 0, failed: 0 };
  const { flaky = 0 } = ownValue(outcomes?.evidence?.by_tag, tag) ?? {};
  return { passed, red: failed + flaky };
}
