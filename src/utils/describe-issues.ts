import type * as z from "zod";
import { findExample, findKeys } from "./schema-nodes.ts";
import { clipText } from "./text/clip-text.ts";
import { findNearest } from "./text/find-nearest.ts";
import { nameSome } from "./text/name-some.ts";

/** Limits on how much is said about an arbitrary value, in characters, and on how many names are listed. */
const longest = 6_000;
const longestName = 60;
const mostNames = 20;

/**
 * Describes all issues on one line, each with its field's path, what was expected, and an example if the schema has
 * one: `suites.api.command: expected an array such as ["npm","test"], got a string; …`. Issues are never truncated:
 * those that do not fit are counted.
 */
export function describeIssues({ issues }: z.ZodError, schema: z.ZodType): string {
  const lines = issues.flatMap(resolveUnion).map((issue) => describeIssue(issue, schema));
  let room = longest;
  const shown = lines.filter((line, index) => {
    room -= line.length;
    return index === 0 || room >= 0;
  });
  const more = lines.length - shown.length;
  return shown.join("; ") + (more > 0 ? `; and ${more} more` : "");
}

type Issue = z.core.$ZodIssue;

/** Returns the issues of the alternative that was probably meant, or the issue itself if the value resembles none. */
function resolveUnion(issue: Issue): Issue[] {
  if (!isPlainUnion(issue)) return [issue];
  const meant = issue.errors
    .map((issues) => issues.flatMap(resolveUnion))
    .filter((issues) => !issues.some(({ code, path }) => code === "invalid_type" && path.length === 0))
    .sort((a, b) => a.length - b.length || measureDepth(b) - measureDepth(a))[0];
  return meant?.map((each) => ({ ...each, path: [...issue.path, ...each.path] })) ?? [issue];
}

/** Whether a union issue has no message of its own. */
function isPlainUnion(issue: Issue): issue is z.core.$ZodIssueInvalidUnion {
  return issue.code === "invalid_union" && issue.errors.length > 0 && issue.message === "Invalid input";
}

const measureDepth = (issues: Issue[]) => Math.max(...issues.map(({ path }) => path.length));

function describeIssue(issue: Issue, schema: z.ZodType): string {
  const what = describeFault(issue, schema);
  return issue.path.length === 0 ? what : `${namePath(issue.path)}: ${what}`;
}

function namePath(path: readonly PropertyKey[]): string {
  return path.map((part) => clipText(String(part), longestName)).join(".");
}

function describeFault(issue: Issue, schema: z.ZodType): string {
  if (issue.code === "unrecognized_keys") return describeUnknownKeys(issue, schema);
  if (issue.code === "invalid_key") return issue.issues[0]?.message ?? issue.message;
  if (issue.code === "invalid_value") return `expected ${nameOptions(issue.values)}`;
  if ("options" in issue && Array.isArray(issue.options)) return `expected ${nameOptions(issue.options)}`;
  const expected =
    issue.code === "invalid_type" ? [issue.expected] : isPlainUnion(issue) ? listExpectedTypes(issue) : [];
  if (expected.length === 0) return issue.message;
  const types = expected.map(nameType).join(" or ");
  return `expected ${types}${giveExample(issue.path, schema)}, got ${nameInput(issue.input)}`;
}

function giveExample(path: readonly PropertyKey[], schema: z.ZodType): string {
  const example = findExample(schema, path);
  if (example === undefined) return "";
  const text = JSON.stringify(example.value);
  return example.path.length === path.length
    ? ` such as ${text}`
    : ` (${namePath(example.path)} as in ${text})`;
}

function describeUnknownKeys({ keys, path }: z.core.$ZodIssueUnrecognizedKeys, schema: z.ZodType): string {
  // Keys that other alternatives of the union have are not valid here.
  const known = findKeys(schema, path).filter((key) => !keys.includes(key));
  const guesses = keys.slice(0, mostNames).map((key) => {
    const nearest = findNearest(key, known);
    const guess = nearest === undefined ? "" : `. Did you mean ${JSON.stringify(nearest)}?`;
    return `unknown key ${JSON.stringify(clipText(key, longestName))}${guess}`;
  });
  const all = known.length === 0 ? "" : ` (known keys: ${known.join(", ")})`;
  return nameSome([...guesses, ...keys.slice(mostNames)], mostNames) + all;
}

function nameOptions(options: readonly unknown[]): string {
  const names = options.map((option) => JSON.stringify(option));
  return names.length === 1 ? String(names[0]) : `one of ${names.join(", ")}`;
}

function listExpectedTypes({ errors }: z.core.$ZodIssueInvalidUnion): string[] {
  const types = errors.flat().flatMap((each) => (each.code === "invalid_type" ? [each.expected] : []));
  return [...new Set(types)];
}

function nameType(type: string): string {
  if (type === "record") return "an object";
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

function nameInput(input: unknown): string {
  if (input === undefined) return "nothing";
  if (input === null) return "null";
  // The only number that is no number to a schema: JSON can hold it, as 1e999.
  if (typeof input === "number" && !Number.isFinite(input)) return String(input);
  return nameType(Array.isArray(input) ? "array" : typeof input);
}
