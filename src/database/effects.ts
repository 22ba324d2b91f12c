import type { SchemaChange, SchemaRisk } from "../../schemas/comparison/schema-change.ts";
import type { SchemaObject } from "./snapshot.ts";
import { keepsStoredValues } from "./type-change.ts";

export type Effect = SchemaRisk["effect"];

/** Returns the effects of a change on its table. */
export function findTableEffects({ change, aspects }: SchemaChange): Effect[] {
  if (change === "removed") return ["drops_data"];
  if (aspects.storage !== undefined) return ["rewrites_table"];
  return aspects.partition_of?.to ? ["scans_table", "blocks_all"] : [];
}

/**
 * Returns the effects of a changed constraint on the table that is checked.
 * @param lock what is blocked during the check
 */
export function findConstraintEffects(
  { change, aspects: { definition } }: SchemaChange,
  lock: "blocks_all" | "blocks_writes",
): Effect[] {
  if (change === "removed" || !definition?.to || /NOT (VALID|ENFORCED)$/.test(definition.to)) return [];
  if (definition.from === `${definition.to} NOT VALID`) return ["scans_table"];
  const isChecked = withoutDeferral(definition.from) !== withoutDeferral(definition.to);
  return isChecked ? ["scans_table", lock] : [];
}

/** Only a foreign key can change when it is checked; any other constraint must be dropped and added again. */
function withoutDeferral(definition: string | null): string | undefined {
  return definition?.startsWith("FOREIGN KEY")
    ? definition.replace(/ DEFERRABLE| INITIALLY DEFERRED/g, "")
    : (definition ?? undefined);
}

/**
 * Returns the effects of a changed column on its table.
 * @param isIndexed only called if it matters, because it searches the whole schema
 */
export function findColumnEffects(
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
  // The rows stay, but the indexes are rebuilt.
  if (collation !== undefined && isIndexed()) return ["scans_table", "blocks_all"];
  if (!isRequired(nullable?.to) || isRequired(nullable?.from)) return [];
  return nullable?.from === "yes" ? ["scans_table", "blocks_all"] : ["scans_table"];
}

/** True for a NOT NULL that is valid for all rows. */
function isRequired(nullable: string | null | undefined): boolean {
  return nullable?.startsWith("no") === true && !nullable.includes("not valid");
}
