import type { ExperimentRow } from "../../../schemas/comparison/comparison.ts";
import type { OnBroken } from "../../utils/files/salvage.ts";
import { readCases, type TagCases } from "../records/cases.ts";
import { type Measurement, readMeasurements } from "../records/measurements.ts";
import type { PlannedTags } from "../records/planned-tags.ts";
import type { ExperimentRecords } from "../records/records.ts";
import type { JudgedExperiment } from "../records/rows.ts";
import { isEliminated, isUndecided } from "../verdict/candidates.ts";
import type { ExperimentChanges } from "./collisions.ts";
import { readSchemaChanges } from "./schema-comparison.ts";

/** What artifacts contribute in addition to the rows. */
export interface Details {
  measurements: Measurement[];
  changes: ExperimentChanges[];
  cases: TagCases[];
  /** The cases of measured experiments, which can be compared with each other. */
  measuredCases: TagCases[];
}

/** With more experiments than this, test cases are only read on request. */
const fewExperiments = 12;

/** Reads the requested details, and those that the verdict and its warnings need. */
export async function readDetails(
  judged: JudgedExperiment[],
  asked: { tests?: boolean; schema?: boolean },
  { decide_by }: PlannedTags,
  onBroken: OnBroken,
): Promise<Details> {
  const readAll = async <Found>(
    read: (records: ExperimentRecords, onBroken: OnBroken) => Promise<Found[]>,
    from = judged,
  ): Promise<Found[]> => (await Promise.all(from.map(({ records }) => read(records, onBroken)))).flat();
  const measured = judged.filter(({ row }) => isMeasured(row));
  const isFew = measured.length > 1 && measured.length <= fewExperiments;
  const hasWinners = judged.filter(({ row }) => row.signal === "winning").length > 1;
  const cases = asked.tests ? await readAll(readCases) : await readAll(readCases, isFew ? measured : []);
  const slugs = new Set(measured.map(({ row }) => row.experiment_slug));
  const outdated = new Map(judged.map(({ row, outdated }) => [row.experiment_slug, outdated]));
  const isPresent = ({ experiment_slug, tag }: { experiment_slug: string; tag: string }) =>
    !outdated.get(experiment_slug)?.has(tag);
  const measurements = await readAll((records, onBroken) => readMeasurements(records, decide_by, onBroken));
  return {
    measurements: measurements.filter(isPresent),
    changes: asked.schema || hasWinners ? await readAll(readSchemaChanges) : [],
    cases,
    measuredCases: cases.filter((each) => slugs.has(each.experiment_slug) && isPresent(each)),
  };
}

function isMeasured(row: ExperimentRow): boolean {
  return !isEliminated(row) && row.signal !== "running" && !isUndecided(row);
}
