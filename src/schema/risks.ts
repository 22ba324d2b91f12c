import type { SchemaChange, SchemaRisk } from "../../schemas/schema-change.ts";
import type { SchemaObject } from "./snapshot.ts";

type Effect = SchemaRisk["effect"];

/**
 * What a change does to a table that is there already, by the rules of ALTER TABLE and CREATE INDEX. The plain form of
 * each statement is assumed: `concurrently` and `not valid` are ways around.
 */
export function risksOf(
  change: SchemaChange,
  table: SchemaObject,
  tables: Map<string, SchemaObject>,
): SchemaRisk[] {
  const risk = (effect: Effect, on: SchemaObject): SchemaRisk => ({
    effect,
    table: on.name,
    table_bytes: on.bytes ?? 0,
    table_rows: on.rows ?? -1,
  });
  const own = effectsOf(change).map((effect) => risk(effect, table));
  // A foreign key locks the table that it refers to as well.
  const target = change.kind === "foreign_key" ? tables.get(change.aspects.references?.to ?? "") : undefined;
  return target === undefined ? own : [...own, risk("blocks_writes", target)];
}

function effectsOf({ change, kind, aspects }: SchemaChange): Effect[] {
  switch (kind) {
    case "table":
      if (change === "removed") return ["drops_data"];
      return aspects.storage === undefined ? [] : ["rewrites_table"];
    case "column":
      return columnEffects(change, aspects);
    case "constraint":
    case "foreign_key":
      if (change === "removed" || aspects.definition?.to?.endsWith("NOT VALID")) return [];
      return ["scans_table", "blocks_writes"];
    case "index":
      return change === "removed" ? [] : ["blocks_writes"];
    default:
      return [];
  }
}

function columnEffects(change: SchemaChange["change"], aspects: SchemaChange["aspects"]): Effect[] {
  if (change === "removed") return ["drops_data"];
  const isStored = aspects.generated?.to?.endsWith(" stored") === true;
  if (change === "added") {
    const needsValues =
      isStored || aspects.identity !== undefined || mayBeVolatile(aspects.default?.to ?? "");
    return needsValues ? ["rewrites_table"] : [];
  }
  if (isStored || (aspects.type !== undefined && !isWidening(aspects.type))) return ["rewrites_table"];
  return aspects.nullable?.to === "no" ? ["scans_table"] : [];
}

/** Only a default that is the same for all rows is kept beside the table; any other is written into each row. */
function mayBeVolatile(expression: string): boolean {
  const calls = expression.match(/[\w.]+(?=\()/g) ?? [];
  return calls.some(
    (name) => !/^(now|transaction_timestamp|statement_timestamp|current_setting)$/.test(name),
  );
}

/** The type changes that keep every stored value as it is. */
function isWidening({ from, to }: { from: string | null; to: string | null }): boolean {
  const [old, now] = [parseType(from ?? ""), parseType(to ?? "")];
  if (old.name === "character varying" && now.name === "text") return true;
  if (old.name !== now.name || old.scale !== now.scale) return false;
  return /^(character varying|numeric|bit varying)$/.test(old.name) && now.length >= old.length;
}

function parseType(type: string): { name: string; length: number; scale: string } {
  const [, name = type, length, scale = ""] = /^([^(]+)(?:\((\d+)(?:,(-?\d+))?\))?$/.exec(type) ?? [];
  return { name, length: length === undefined ? Number.POSITIVE_INFINITY : Number(length), scale };
}
