import { type SchemaChange, schemaDifferenceSchema } from "../../../schemas/schema-change.ts";
import type { SchemaComparison } from "../../../schemas/schema-comparison.ts";
import { briefly } from "../../database/brief.ts";
import { summarizeChanges } from "../../database/summary.ts";
import { artifactPath, schemaDifferenceName } from "../../experiments/layout.ts";
import { readRecord } from "../../utils/json.ts";
import { ifWhole, type OnBroken } from "../records/if-whole.ts";
import type { ExperimentRecords } from "../records/records.ts";
import { findCollisions } from "./collisions.ts";

/** One experiment's changes against its parent. */
export interface ExperimentChanges {
  experiment_slug: string;
  changes: SchemaChange[];
}

/** From this size on, a lock or a rewrite is felt. */
const largeTableBytes = 64 * 2 ** 20;

/** What the current cycle recorded: one entry, or none where it recorded nothing. */
export async function readSchemaChanges(
  { experiment, current }: ExperimentRecords,
  onBroken: OnBroken,
): Promise<ExperimentChanges[]> {
  if (!current?.artifacts.includes(schemaDifferenceName)) return [];
  const path = artifactPath(experiment, current.cycle_id, schemaDifferenceName);
  const difference = await ifWhole(path, (file) => readRecord(file, schemaDifferenceSchema), onBroken);
  if (difference === undefined) return [];
  return [{ experiment_slug: experiment.experiment_slug, changes: difference.changes }];
}

/** What the experiments do to the schema, side by side. */
export function compareSchemas(all: ExperimentChanges[]): SchemaComparison {
  return {
    differences: all.map(({ experiment_slug, changes }) => ({
      experiment_slug,
      summary: summarizeChanges(changes),
      changes: changes.map((change) => briefly(change, `in the artifact ${schemaDifferenceName}`)),
    })),
    collisions: findCollisions(all),
    risks: all.flatMap(({ experiment_slug, changes }) =>
      changes.flatMap(({ object, risks = [] }) =>
        risks
          .filter((risk) => risk.table_bytes >= largeTableBytes)
          .map((risk) => ({ experiment_slug, object, ...risk })),
      ),
    ),
  };
}
