import type { ComparisonReport } from "../../schemas/comparison.ts";
import { listRefs } from "../experiments/experiments.ts";
import { combineWinners } from "./details/combination.ts";
import { compareMetrics, orderByMetrics, readMetrics } from "./details/metrics.ts";
import { compareSchemas, readSchemaChanges } from "./details/schema-comparison.ts";
import { findDifferences } from "./details/tests-apart.ts";
import { readCases } from "./records/cases.ts";
import type { OnBroken } from "./records/if-whole.ts";
import { buildMatrix } from "./records/matrix.ts";
import { readPlannedTags } from "./records/planned-tags.ts";
import { type ExperimentRecords, readRecords } from "./records/records.ts";
import { rowOf } from "./records/rows.ts";
import { recommend } from "./verdict/recommend.ts";
import { winnersOf } from "./verdict/signals.ts";
import { findCodeSmells } from "./warnings/code-smells.ts";
import { type BrokenFile, findRecordSmells } from "./warnings/record-smells.ts";
import { findSmells } from "./warnings/smells.ts";

export interface ComparisonInput {
  /** Absolute path of the main checkout. */
  workspace: string;
  feature_id: string;
  /** What the runs tell. Default: nothing, so that records alone count. */
  races?: {
    /** Slugs of experiments whose part in a run is still to end. */
    racing: readonly string[];
    isOver: (runId: string) => Promise<boolean>;
  };
  /** What is read beside the rows. Default: nothing. */
  details?: { tests?: boolean; schema?: boolean };
}

/** The experiments of a feature side by side, and what to do next. Reads records, changes nothing. */
export async function compareExperiments({
  workspace,
  feature_id,
  races,
  details = {},
}: ComparisonInput): Promise<ComparisonReport> {
  // One after the other: files are read in place, so that a thousand at once would only leave more to collect.
  const records: ExperimentRecords[] = [];
  for (const ref of await listRefs(workspace, feature_id)) {
    const found = await readRecords(ref, races?.isOver);
    if (found !== undefined) records.push(found);
  }
  const plan = await readPlannedTags(workspace, feature_id, records);
  const now = Date.now();
  const setting = { now, racing: new Set(races?.racing), expectedTags: plan.expected };
  const rows = records.map((each) => rowOf(each, setting));

  const broken: BrokenFile[] = [];
  const readAll = async <Found>(
    read: (each: ExperimentRecords, onBroken: OnBroken) => Promise<Found[]>,
  ): Promise<Found[]> => {
    const found = records.map((each) => read(each, (path, reason) => broken.push({ path, reason })));
    return (await Promise.all(found)).flat();
  };
  const measurements = await readAll(readMetrics);
  const { winners, isByMetrics } = orderByMetrics(winnersOf(rows), measurements);
  const changes = details.schema || winners.length > 1 ? await readAll(readSchemaChanges) : [];
  const cases = details.tests ? await readAll(readCases) : [];
  const feature = { workspace, feature_id };
  return {
    feature_id,
    generated_at: new Date(now).toISOString(),
    rows,
    matrix: buildMatrix(rows),
    ...recommend(rows, isByMetrics ? winners[0]?.experiment_slug : undefined),
    winners: winners.map((row) => row.experiment_slug),
    smells: [
      ...findRecordSmells(feature, plan.problem, broken),
      ...(await findCodeSmells(feature, winners)),
      ...findSmells(records, plan.planned),
    ],
    metrics: compareMetrics(measurements),
    combinations: await combineWinners(feature, winners, changes),
    ...(details.tests && { tests: findDifferences(cases) }),
    ...(details.schema && { schema: compareSchemas(changes) }),
  };
}
