import type { SchemaRisk } from "../../schemas/comparison/schema-change.ts";

/** From this size on, a lock or a rewrite is noticeable. In bytes. */
const largeTableBytes = 64 * 2 ** 20;

/** Selects the risks on tables that are large enough for them to be noticeable. */
export function selectLargeTableRisks(risks: readonly SchemaRisk[]): SchemaRisk[] {
  return risks.filter((risk) => risk.table_bytes >= largeTableBytes);
}

const isLock: Record<SchemaRisk["effect"], boolean> = {
  rewrites_table: true,
  blocks_all: true,
  blocks_writes: true,
  scans_table: false,
  needs_values: false,
  drops_data: false,
};

/** True if the table is locked against reads or writes for longer than a moment. */
export function locksTable({ effect }: SchemaRisk): boolean {
  return isLock[effect];
}
