import * as z from "zod";
import { CoreError } from "../core-error.ts";
import { describeIssues } from "../describe-issues.ts";
import type { Problem } from "../parse.ts";
import { readRecordText, repairRecord } from "./files.ts";
import { parseJson } from "./json.ts";

/** Hears of a file, or of a field of it, that could not be read, and why. */
export type OnBroken = (path: string, reason: string) => void;

/** A field's place in a record. */
export type Place = readonly PropertyKey[];

export interface Salvaged<Data> {
  data: Data;
  /** The places of the fields that were lost. */
  lost: Place[];
}

/**
 * Reads a record of which others write too; undefined where there is none. A field that does not fit is told of and
 * lost alone, where the record can do without it. A null is no field at all: others write it for what is absent.
 * @param prepare changes the value before it is held to the schema
 * @throws CoreError `record_unreadable` where it is not JSON, or where too little is left
 */
export async function salvageRecord<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  onBroken: OnBroken = () => {},
  prepare: (value: unknown) => unknown = (value) => value,
): Promise<Salvaged<z.infer<Schema>> | undefined> {
  const text = await readRecordText(path);
  if (text === undefined) return undefined;
  const problem: Problem = { code: "record_unreadable", subject: path, hint: repairRecord };
  const value = prepare(parseJson(text, problem));
  const salvaged = salvage(schema, value, (reason) => onBroken(path, `${path}: ${reason}`));
  if (salvaged instanceof z.ZodError) {
    throw new CoreError(problem.code, `${path}: ${describeIssues(salvaged, schema)}`, problem);
  }
  return salvaged;
}

/** What was read; or undefined where the file is broken, which is told, for records that others can do without. */
export async function ifWhole<Found>(
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

/** Takes away what does not fit, from the inside out, until the rest fits. @returns the first error where nothing does */
function salvage<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  tell: (reason: string) => void,
): Salvaged<z.infer<Schema>> | z.ZodError {
  const first = schema.safeParse(value, { reportInput: true });
  if (first.success) return { data: first.data, lost: [] };
  const rest = structuredClone(value);
  const lost: Place[] = [];
  const misfits: z.core.$ZodIssue[] = [];
  const seen = new Set<string>();
  for (let error: z.ZodError = first.error; ; ) {
    const gone = new Set<string>();
    // From the last: what is taken out of a list moves what comes after it.
    for (const issue of error.issues.toReversed()) {
      if (issue.path.some((_, index) => gone.has(serializePlace(issue.path.slice(0, index + 1))))) continue;
      const dropped = drop(rest, issue.path);
      if (dropped === undefined) return first.error;
      gone.add(serializePlace(dropped.place));
      if (dropped.value === null) continue;
      // What is missing now since it did not fit before has been told of.
      if (!seen.has(serializePlace(issue.path))) misfits.push(issue);
      seen.add(serializePlace(issue.path));
      lost.push(dropped.place);
    }
    const next = schema.safeParse(rest, { reportInput: true });
    if (next.success) {
      if (misfits.length > 0) tell(describeIssues(new z.ZodError(misfits.reverse()), schema));
      return { data: next.data, lost };
    }
    error = next.error;
  }
}

const serializePlace = (place: Place) => JSON.stringify(place.map(String));

/** Removes what is at a place, or the nearest around it that is there; undefined where that is all of it. */
function drop(root: unknown, place: Place): { place: Place; value: unknown } | undefined {
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
