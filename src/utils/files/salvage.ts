import * as z from "zod";
import { CoreError } from "../core-error.ts";
import { describeIssues } from "../describe-issues.ts";
import type { Problem } from "../parse.ts";
import { type Look, readRecordText, repairRecord } from "./files.ts";
import { parseJson } from "./json.ts";

/** Reports a file, or a field of it, that could not be read, and why. */
export type OnBroken = (path: string, reason: string) => void;

/** The path of a field in a record. */
export type FieldPath = readonly PropertyKey[];

export interface Salvaged<Data> {
  data: Data;
  /** The paths of the fields that were dropped. */
  lost: FieldPath[];
}

/**
 * Reads a record that other tools also write; undefined if there is none. An invalid field is reported and dropped on
 * its own if the record can do without it. A null counts as absent, because that is how others write it.
 * @param prepare transforms the value before it is validated
 * @throws CoreError `record_unreadable` if it is not JSON, or if too little of it is valid
 */
export function salvageRecord<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  onBroken: OnBroken = () => {},
  look?: Look,
  prepare: (value: unknown) => unknown = (value) => value,
): Salvaged<z.infer<Schema>> | undefined {
  const text = readRecordText(path, look);
  if (text === undefined) return undefined;
  const problem: Problem = { code: "record_unreadable", subject: path, hint: repairRecord };
  const value = prepare(parseJson(text, problem));
  const salvaged = salvage(schema, value, (reason) => onBroken(path, `${path}: ${reason}`));
  if (salvaged instanceof z.ZodError) {
    throw new CoreError(problem.code, `${path}: ${describeIssues(salvaged, schema)}`, problem);
  }
  return salvaged;
}

/** Reads a record that the caller can do without; undefined if it is broken, which is reported. */
export async function readIfValid<Found>(
  path: string,
  read: (path: string) => Promise<Found>,
  onBroken: OnBroken = () => {},
): Promise<Found | undefined> {
  try {
    return await read(path);
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    onBroken(path, error.message);
    return undefined;
  }
}

/** Salvages a record that the caller can do without; undefined if too little of it is valid, which is reported. */
export function salvageIfValid<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  onBroken?: OnBroken,
  look?: Look,
): z.infer<Schema> | undefined {
  try {
    return salvageRecord(path, schema, onBroken, look)?.data;
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    onBroken?.(path, error.message);
    return undefined;
  }
}

/**
 * Removes whatever is invalid, from the inside out, until the rest is valid.
 * @returns the first error if nothing valid remains
 */
function salvage<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  report: (reason: string) => void,
): Salvaged<z.infer<Schema>> | z.ZodError {
  const first = schema.safeParse(value, { reportInput: true });
  if (first.success) return { data: first.data, lost: [] };
  const rest = structuredClone(value);
  const lost: FieldPath[] = [];
  const misfits: z.core.$ZodIssue[] = [];
  const seen = new Set<string>();
  for (let error: z.ZodError = first.error; ; ) {
    const gone = new Set<string>();
    // From the last, because removing an item from a list shifts the ones after it.
    for (const issue of error.issues.toReversed()) {
      if (issue.path.some((_, index) => gone.has(serializePath(issue.path.slice(0, index + 1))))) continue;
      const dropped = drop(rest, issue.path);
      if (dropped === undefined) return first.error;
      gone.add(serializePath(dropped.place));
      if (dropped.value === null) continue;
      // A field that is only missing because it was dropped has already been reported.
      if (!seen.has(serializePath(issue.path))) misfits.push(issue);
      seen.add(serializePath(issue.path));
      lost.push(dropped.place);
    }
    const next = schema.safeParse(rest, { reportInput: true });
    if (next.success) {
      if (misfits.length > 0) report(describeIssues(new z.ZodError(misfits.reverse()), schema));
      return { data: next.data, lost };
    }
    error = next.error;
  }
}

const serializePath = (place: FieldPath) => JSON.stringify(place.map(String));

/** Removes the value at a path, or the nearest existing one around it; undefined if that is the whole value. */
function drop(root: unknown, place: FieldPath): { place: FieldPath; value: unknown } | undefined {
  const key = place.at(-1);
  if (key === undefined) return undefined;
  const around = place.slice(0, -1);
  const holder = around.reduce(find, root);
  if (typeof holder !== "object" || holder === null || !Object.hasOwn(holder, key)) return drop(root, around);
  const value = find(holder, key);
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else Reflect.deleteProperty(holder, key);
  return { place, value };
}

function find(holder: unknown, key: PropertyKey): unknown {
  return typeof holder === "object" && holder !== null ? Reflect.get(holder, key) : undefined;
}
