import type { Warning, WarningKind } from "../../../schemas/comparison/warning.ts";

/** A warning lists at most this many names or records. */
export const maxShown = 5;

/** Makes a warning, with the first of the records that show it. */
export function makeWarning(kind: WarningKind, message: string, records: string[]): Warning {
  return { kind, message, records: [...new Set(records)].slice(0, maxShown) };
}
