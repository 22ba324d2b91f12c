import type { SchemaChange, SchemaRisk } from "../../schemas/comparison/schema-change.ts";
import type { SchemaObject } from "./snapshot.ts";
import { keepsStoredValues } from "./type-change.ts";

export type Effect = SchemaRisk["effect"];

/** What a change of a table does to it. */
export function tableEffects({ change, aspects }: SchemaChange): Effect[] {
  if (change === "removed") return ["drops_data"];
  if (aspects.storage !== undefined) return ["rewrites_table"];
  return aspects.partition_of?.to ? ["scans_table", "blocks_all"] : [];
}

/**
 * What a change of a constraint does to the table that it is checked on.
 * @param lock what it blocks while it is checked
 */
export function constraintEffects(
  { change, aspects: { definition } }: SchemaChange,
  lock: "blocks_all" | "blocks_writes",
): Effect[] {
  if (change === "removed" || !definition?.to || /NOT (VALID|ENFORCED)$/.test(definition.to)) return [];
  if (definition.from === `${definition.to} NOT VALID`) return ["scans_table"];
  const isChecked = withoutDeferral(definition.from) !== withoutDeferral(definition.to);
  return isChecked ? ["scans_table", lock] : [];
}

/** Only a foreign key can change when it is checked; any other constraint is dropped and added again. */
function withoutDeferral(definition: string | null): string | undefined {
  return definition?.startsWith("FOREIGN KEY")
    ? definition.replace(/ DEFERRABLE| INITIALLY DEFERRED/g, "")
    : (definition ?? undefined);
}

/**
 * What a change of a column does to its table.
 * @param isIndexed asked only where it matters: it looks through the whole schema
 */
export function columnEffects(
  { change, aspects }: SchemaChange,
  column: SchemaObject,
  isIndexed: () => boolean,
): Effect[] {
  const isVirtual = column.aspects.generated?.endsWith(" virtual") === true;
  if (change === "removed") return isVirtual ? [] : ["drops_data"];
  if (change === "added") {
    if (column.fills_rows) return ["rewrites_table"];
    const { nullable, generated, default: value } = column.aspects;
    if (!isRequired(nullable) || value !== undefined) return [];
    return generated === undefined ? ["needs_values"] : ["scans_table", "blocks_all"];
  }
  const { type, generated, nullable, collation } = aspects;
  const isConverted = type?.from && type.to && !isVirtual && !keepsStoredValues(type.from, type.to);
  if (isConverted || generated?.to?.endsWith(" stored")) return ["rewrites_table"];
  // The rows stay; the indexes are sorted anew.
  if (collation !== undefined && isIndexed()) return ["scans_table", "blocks_all"];
  if (!isRequired(nullable?.to) || isRequired(nullable?.from)) return [];
  return nullable?.from === "yes" ? ["scans_table", "blocks_all"] : ["scans_table"];
}

/** NOT NULL, and of all rows. */
function isRequired(nullable: string | null | undefined): boolean {
  return nullable?.startsWith("no") === true && !nullable.includes("not valid");
}
