import { isDeepStrictEqual } from "node:util";
import { type SchemaChange, schemaDifferenceSchema } from "../../schemas/schema-change.ts";
import type { SchemaComparison } from "../../schemas/schema-comparison.ts";
import { readRecord } from "../experiments/files.ts";
import { artifactPath, schemaDifferenceName } from "../experiments/layout.ts";
import { briefly } from "../schema/brief.ts";
import { summarizeChanges } from "../schema/summary.ts";
import { ifWhole, type OnBroken } from "./if-whole.ts";
import type { ExperimentRecords } from "./records.ts";

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

/**
 * Objects that two experiments change and not alike, whatever kind bears the name; and where one experiment removes an
 * object, both it and what another changes that is a part of it or names it.
 */
export function findCollisions(all: ExperimentChanges[]): SchemaComparison["collisions"] {
  const found = new Map<string, { change: SchemaChange; slugs: Set<string> }>();
  for (const [index, a] of all.entries()) {
    for (const b of all.slice(index + 1)) {
      const [ours, theirs] = [unlike(a.changes, b.changes), unlike(b.changes, a.changes)];
      for (const change of [...collidingWith(theirs, ours), ...collidingWith(ours, theirs)]) {
        const { slugs } = found.get(identityOf(change)) ?? { slugs: new Set() };
        found.set(identityOf(change), {
          change,
          slugs: slugs.add(a.experiment_slug).add(b.experiment_slug),
        });
      }
    }
  }
  return [...found.values()].map(({ change: { kind, object }, slugs }) => ({
    kind,
    object,
    experiments: all.map((each) => each.experiment_slug).filter((slug) => slugs.has(slug)),
  }));
}

/** The changes that the others do not make as well. */
function unlike(changes: SchemaChange[], others: SchemaChange[]): SchemaChange[] {
  const made = new Map(others.map((each) => [identityOf(each), each]));
  return changes.filter((each) => {
    const other = made.get(identityOf(each));
    return other === undefined || !isAlike(each, other);
  });
}

/** Those of the changes that collide with any of the others. */
function collidingWith(others: SchemaChange[], changes: SchemaChange[]): SchemaChange[] {
  const isRemoval = ({ change }: SchemaChange) => change === "removed";
  const names = new Set(others.map(nameOf));
  const removed = new Set(others.filter(isRemoval).map(identityOf));
  const foundations = new Set(others.flatMap(({ rests_on = [] }) => rests_on));
  return changes.filter(
    (each) =>
      names.has(nameOf(each)) ||
      each.rests_on?.some((foundation) => removed.has(foundation)) ||
      (isRemoval(each) && foundations.has(identityOf(each))),
  );
}

function identityOf({ kind, object }: SchemaChange): string {
  return `${kind} ${object}`;
}

/** Kinds that share one space of names. */
const namespaces = new Map<SchemaChange["kind"], string>([
  ...(["table", "view", "sequence", "index", "type"] as const).map((kind) => [kind, "relation"] as const),
  ["foreign_key", "constraint"],
]);

/** Postgres lets no two objects of a database have this in common: a view takes a table's name. */
function nameOf({ kind, object }: SchemaChange): string {
  return `${namespaces.get(kind) ?? kind} ${object}`;
}

function isAlike(a: SchemaChange, b: SchemaChange): boolean {
  return a.change === b.change && isDeepStrictEqual([a.aspects, a.contains], [b.aspects, b.contains]);
}
