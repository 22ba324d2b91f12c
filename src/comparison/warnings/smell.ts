import type { Smell } from "../../../schemas/smell.ts";

/** More names or records than this are not read. */
export const maxShown = 5;

/** A smell, with the first of the records that show it. */
export function smellOf(kind: string, message: string, records: string[]): Smell {
  return { kind, message, records: [...new Set(records)].slice(0, maxShown) };
}
