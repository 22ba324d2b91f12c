import { clipText } from "../../src/utils/text/clip-text.ts";

/** How much of an answer to keep. */
export interface Limits {
  /** In characters. */
  longestText: number;
  /** For lists of texts, and for any list within an item. */
  longestList: number;
}

const defaultLimits: Limits = { longestText: 1_000, longestList: 20 };
/** For an object: more than a page has experiments, so that this only cuts maps with more names than anyone needs. */
const mostFields = 100;

/**
 * Clips an answer so that its texts and lists are short enough for a model to read, whatever the records contain.
 * Top-level lists are pages, and stay complete.
 */
export function clipAnswer(answer: object, limits = defaultLimits): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(answer).map(([field, value]) => [
      field,
      Array.isArray(value) ? value.map((item) => clipValue(item, limits)) : clipValue(value, limits),
    ]),
  );
}

export function clipValue(value: unknown, limits = defaultLimits): unknown {
  if (typeof value === "string") return clipText(value, limits.longestText);
  if (Array.isArray(value)) return clipList(value, limits);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).slice(0, mostFields);
  return Object.fromEntries(fields.map(([field, inner]) => [field, clipValue(inner, limits)]));
}

/** Clips a list; if it contains only texts, adds how many are left out. */
function clipList(list: unknown[], limits: Limits): unknown[] {
  const some = list.slice(0, limits.longestList).map((item) => clipValue(item, limits));
  const left = list.length - some.length;
  return left > 0 && list.every((each) => typeof each === "string") ? [...some, `and ${left} more`] : some;
}
