import type { Warning, WarningKind } from "../../../schemas/comparison/warning.ts";

/** More names or records than this are not read. */
export const maxShown = 5;

/** A warning, with the first of the records that show it. */
export function makeWarning(kind: WarningKind, message: string, records: string[]): Warning {
  return { kind, message, records: [...new Set(records)].slice(0, maxShown) };
}
