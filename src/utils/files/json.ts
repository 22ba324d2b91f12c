import type * as z from "zod";
import { CoreError, getMessage } from "../core-error.ts";
import { hasHiddenKey } from "../hidden-key.ts";
import { type Problem, parseAs } from "../parse.ts";
import { type Look, readRecordText, repairRecord, writeAtomically } from "./files.ts";

/**
 * Reads a record; undefined if there is none.
 * @throws CoreError `record_unreadable` for a file that is not JSON or does not match its schema
 */
export async function readRecord<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  look?: Look,
): Promise<z.infer<Schema> | undefined> {
  const text = readRecordText(path, look);
  if (text === undefined) return undefined;
  const problem: Problem = {
    code: "record_unreadable",
    subject: path,
    hint: repairRecord,
  };
  return parseAs(schema, parseJson(text, problem), problem);
}

/**
 * Parses JSON text. Ignores a byte order mark. Rejects the key `__proto__`, which schemas would silently skip.
 * @throws CoreError with the given code, for text that is not JSON
 */
export function parseJson(text: string, { code, subject, hint }: Problem): unknown {
  try {
    if (hasHiddenKey(text)) throw new Error("it has a key __proto__");
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new CoreError(code, `${subject} is not JSON: ${getMessage(error)}`, { hint, cause: error });
  }
}

/** Removes fields that are null: other writers put null where we omit a field. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(fields.map(([name, field]) => [name, withoutNulls(field)]));
}

export async function writeJson(
  path: string,
  value: unknown,
  options?: Parameters<typeof writeAtomically>[2],
): Promise<void> {
  await writeAtomically(path, `${JSON.stringify(value, null, 2)}\n`, options);
}
