import {
  type SchemaChange,
  type SchemaRisk,
  schemaDifferenceSchema,
} from "../../../schemas/comparison/schema-change.ts";
import type { SchemaComparison } from "../../../schemas/comparison/schema-comparison.ts";
import { abbreviateChange } from "../../database/abbreviate-change.ts";
import { selectLargeTableRisks } from "../../database/large-tables.ts";
import { summarizeChanges } from "../../database/summary.ts";
import { artifactPath, schemaDifferenceName } from "../../experiments/layout.ts";
import { readRecord } from "../../utils/files/json.ts";
import { type OnBroken, readIfValid } from "../../utils/files/salvage.ts";
import type { ExperimentRecords } from "../records/records.ts";
import { type ExperimentChanges, findCollisions } from "./collisions.ts";

/** Reads the schema changes that the current cycle recorded: one entry, or none if it recorded nothing. */
export async function readSchemaChanges(
  { experiment, artifacts }: ExperimentRecords,
  onBroken: OnBroken,
): Promise<ExperimentChanges[]> {
  const found = artifacts.find(({ name }) => name === schemaDifferenceName);
  if (found === undefined) return [];
  const path = artifactPath(experiment, found.cycle_id, schemaDifferenceName);
  const difference = await readIfValid(path, (file) => readRecord(file, schemaDifferenceSchema), onBroken);
  if (difference === undefined) return [];
  return [{ experiment_slug: experiment.experiment_slug, changes: difference.changes }];
}

/** Counts, by experiment, the changes that lock, rewrite or drop a large table. */
export function countLargeTableRisks(all: ExperimentChanges[]): Map<string, number> {
  return new Map(
    all.map(({ experiment_slug, changes }) => [experiment_slug, changes.flatMap(findLargeTableRisks).length]),
  );
}

function findLargeTableRisks({ risks = [] }: SchemaChange): SchemaRisk[] {
  return selectLargeTableRisks(risks);
}

/** Compares what the experiments do to the schema. */
export function compareSchemas(all: ExperimentChanges[]): SchemaComparison {
  return {
    differences: all.map(({ experiment_slug, changes }) => ({
      experiment_slug,
      summary: summarizeChanges(changes),
      changes: changes.map((change) => abbreviateChange(change, `in the artifact ${schemaDifferenceName}`)),
    })),
    collisions: findCollisions(all),
    risks: all.flatMap(({ experiment_slug, changes }) =>
      changes.flatMap((change) =>
        findLargeTableRisks(change).map((risk) => ({ experiment_slug, object: change.object, ...risk })),
      ),
    ),
  };
}
