import type { SchemaChange, SchemaRisk } from "../../schemas/comparison/schema-change.ts";
import { type Effect, findColumnEffects, findConstraintEffects, findTableEffects } from "./effects.ts";
import { identifyObject, type SchemaObjects } from "./objects.ts";
import type { SchemaObject } from "./snapshot.ts";

/**
 * Lists what a change does to existing tables, by the rules of ALTER TABLE and CREATE INDEX. It assumes the plain form
 * of each statement, and one statement per change: `concurrently`, `not valid` and `using index` are ways to avoid a
 * risk. A lock held only for a moment does not count.
 * @param object after the change; if removed, before it
 * @param sides all objects before and after the changes
 */
export function findRisks(
  change: SchemaChange,
  object: SchemaObject,
  { before, after }: { before: SchemaObjects; after: SchemaObjects },
): SchemaRisk[] {
  const on = (table: string | null, effects: Effect[]): SchemaRisk[] => {
    const { name, bytes, rows } = before.get(table ?? "") ?? {};
    if (name === undefined || typeof bytes !== "number") return [];
    return effects.map((effect) => ({ effect, table: name, table_bytes: bytes, table_rows: rows ?? -1 }));
  };
  switch (object.kind) {
    case "table":
      return [
        ...on(identifyObject(object), findTableEffects(change)),
        ...(change.change === "added" ? findDefaultPartitions(object, before) : []).flatMap((table) =>
          on(table, ["scans_table", "blocks_all"]),
        ),
      ];
    case "column":
      return on(
        object.parent,
        findColumnEffects(change, object, () => isIndexed(object, before)),
      );
    case "constraint":
      return before.get(object.parent ?? "")?.kind === "type"
        ? findTablesUsing(object.parent, before).flatMap((table) =>
            on(table, findConstraintEffects(change, "blocks_writes")),
          )
        : on(object.parent, findConstraintEffects(change, "blocks_all"));
    case "foreign_key": {
      if (comesWithColumn(object, before, after)) return [];
      const effects = findConstraintEffects(change, "blocks_writes");
      const lock = effects.filter((effect) => effect === "blocks_writes");
      return [...on(object.parent, effects), ...on(`table ${object.aspects.references}`, lock)];
    }
    case "index":
      return on(object.parent, change.change === "removed" ? [] : ["scans_table", "blocks_writes"]);
    case "type":
      return change.aspects.nullable?.to === "no"
        ? findTablesUsing(identifyObject(object), before).flatMap((table) =>
            on(table, ["scans_table", "blocks_writes"]),
          )
        : [];
    default:
      return [];
  }
}

/** True for a foreign key on a new column that is null in all rows, which needs no check. */
function comesWithColumn(
  { parent, uses }: SchemaObject,
  before: SchemaObjects,
  after: SchemaObjects,
): boolean {
  const columns = uses.filter((each) => each.startsWith(`${parent?.replace(/^table/, "column")}.`));
  const [column, ...others] = columns.map((each) =>
    before.has(each) ? undefined : after.get(each)?.aspects,
  );
  if (column === undefined || others.length > 0) return false;
  return column.nullable === "yes" && column.default === undefined && column.generated === undefined;
}

/** Lists the default partitions that must be checked for rows that belong in a new partition. */
function findDefaultPartitions({ parent }: SchemaObject, before: SchemaObjects): string[] {
  return [...before.values()]
    .filter((table) => parent !== null && table.kind === "table" && table.parent === parent)
    .filter((table) => table.aspects.partition_of?.endsWith(" DEFAULT"))
    .map(identifyObject);
}

function findTablesUsing(type: string | null, before: SchemaObjects): (string | null)[] {
  const columns = [...before.values()].filter(
    ({ kind, uses }) => kind === "column" && type !== null && uses.includes(type),
  );
  return [...new Set(columns.map(({ parent }) => parent))];
}

function isIndexed(column: SchemaObject, before: SchemaObjects): boolean {
  return [...before.values()].some(
    ({ kind, parent, uses }) =>
      parent === column.parent &&
      (kind === "index" || kind === "constraint") &&
      uses.includes(identifyObject(column)),
  );
}
