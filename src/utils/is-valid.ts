import type * as z from "zod";

/** The values that were valid, by schema: a comparison of many experiments meets the same few names again and again. */
const known = new WeakMap<z.ZodType<string>, Set<string>>();
const mostKnown = 10_000;

/** Whether a text matches a schema. Remembers what did. */
export function isValid(schema: z.ZodType<string>, text: string): boolean {
  const valid = known.get(schema) ?? new Set();
  if (valid.has(text)) return true;
  if (!schema.safeParse(text).success) return false;
  if (valid.size >= mostKnown) valid.clear();
  known.set(schema, valid.add(text));
  return true;
}
