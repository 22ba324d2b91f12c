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

/** Checks the id of a role or a database, which is at least four characters long. @throws ApiError */
export function checkPostgresId(field: string, id: string): void {
  if (new RegExp(idPattern).test(id) && id.length >= 4) return;
  if (field === "database_id")
    throw invalid(`Field database_id must match pattern ${idPattern}, got '${id}'.`);
  throw invalid(
    `Field '${field}' must be 4-63 characters, start with a lowercase letter, and contain only lowercase letters, numbers and hyphens (RFC 1123).`,
  );
}

/** The id that a role or a database made by SQL goes by: `databricks_postgres` is `databricks-postgres`. */
export function idFromName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+|-+$/g, "");
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
