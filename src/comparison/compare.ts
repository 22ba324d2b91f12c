import type { ComparisonReport } from "../../schemas/comparison.ts";
import { listRefs } from "../experiments/experiments.ts";
import { readPlan } from "../experiments/plan.ts";
import { readCases } from "./cases.ts";
import { combineWinners } from "./combination.ts";
import { ifWhole } from "./if-whole.ts";
import { buildMatrix } from "./matrix.ts";
import { compareMetrics, orderByMetrics, readMetrics } from "./metrics.ts";
import { recommend } from "./recommend.ts";
import { type ExperimentRecords, readRecords } from "./records.ts";
import { reportedTags } from "./reported-tags.ts";
import { rowOf } from "./rows.ts";
import { compareSchemas, readSchemaChanges } from "./schema-comparison.ts";
import { winnersOf } from "./signals.ts";
import { findSmells } from "./smells.ts";
import { findDifferences } from "./tests-apart.ts";

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
  // A comparison needs no plan: the kit's features may lack one, and a broken one is for the next run to refuse.
  const plan = await ifWhole(readPlan(workspace, feature_id));
  const planned = Object.keys(plan?.suites ?? {});
  const reported = reportedTags(records);
  const now = Date.now();
  const expectedTags = planned.filter((tag) => reported.has(tag));
  const setting = { now, racing: new Set(races?.racing), expectedTags };
  const rows = records.map((each) => rowOf(each, setting));
  const measurements = await readAll(records, readMetrics);
  const winners = orderByMetrics(winnersOf(rows), measurements);
  const changes = details.schema || winners.length > 1 ? await readAll(records, readSchemaChanges) : [];
  return {
    feature_id,
    generated_at: new Date(now).toISOString(),
    rows,
    matrix: buildMatrix(rows),
    ...recommend(rows),
    winners: winners.map((row) => row.experiment_slug),
    smells: findSmells(records, planned),
    metrics: compareMetrics(measurements),
    combinations: await combineWinners({ workspace, feature_id }, winners, changes),
    ...(details.tests && { tests: findDifferences(await readAll(records, readCases)) }),
    ...(details.schema && { schema: compareSchemas(changes) }),
  };
}

async function readAll<Found>(
  records: ExperimentRecords[],
  read: (each: ExperimentRecords) => Promise<Found[]>,
): Promise<Found[]> {
  return (await Promise.all(records.map(read))).flat();
}
