import { randomBytes } from "node:crypto";
import { invalid } from "./api-error.ts";

const idPattern = "^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$";

/**
 * Checks an id that a caller chose.
 * @throws ApiError when it is missing or malformed.
 */
export function checkId(field: string, id: string): void {
  if (id === "") throw invalid(`Field '${field}' is required, expected non-default value (not "")!`);
  if (!new RegExp(idPattern).test(id))
    throw invalid(`Field ${field} must match pattern ${idPattern}, got '${id}'.`);
}

const adjectives = [
  "broad",
  "calm",
  "cold",
  "crimson",
  "deep",
  "gentle",
  "late",
  "plain",
  "quiet",
  "round",
  "still",
  "wide",
];
const nouns = [
  "bird",
  "dawn",
  "field",
  "fire",
  "forest",
  "hill",
  "lake",
  "moon",
  "river",
  "sky",
  "stone",
  "wind",
];

/** A new unique id of the form `br-broad-sky-d2k5gewt`. */
export function makeUid(prefix: "br" | "ep"): string {
  const bytes = randomBytes(10);
  const word = (list: string[], byte: number) => list[byte % list.length];
  const tail = [...bytes.subarray(2)].map((byte) => (byte % 36).toString(36)).join("");
  return `${prefix}-${word(adjectives, bytes.readUInt8(0))}-${word(nouns, bytes.readUInt8(1))}-${tail}`;
}
