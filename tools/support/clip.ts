import { clipText } from "../../src/utils/text/clip-text.ts";

/** How much of an answer stays. */
export interface Limits {
  /** In characters. */
  longestText: number;
  /** Of a list of texts, and of any list within an item. */
  longestList: number;
}

const usual: Limits = { longestText: 1_000, longestList: 20 };
/** Of an object: more than a page has experiments, so that only maps by names that nobody needs are cut. */
const mostFields = 100;

/**
 * An answer whose texts and lists are short enough for a model to read, whatever the records hold. Lists at the top
 * are pages, and stay whole.
 */
export function clipAnswer(answer: object, limits = usual): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(answer).map(([field, value]) => [
      field,
      Array.isArray(value) ? value.map((item) => clipValue(item, limits)) : clipValue(value, limits),
    ]),
  );
}

export function clipValue(value: unknown, limits = usual): unknown {
  if (typeof value === "string") return clipText(value, limits.longestText);
  if (Array.isArray(value)) return clipList(value, limits);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).slice(0, mostFields);
  return Object.fromEntries(fields.map(([field, inner]) => [field, clipValue(inner, limits)]));
}

/** A list of texts says how many are left out. */
function clipList(list: unknown[], limits: Limits): unknown[] {
  const some = list.slice(0, limits.longestList).map((item) => clipValue(item, limits));
  const left = list.length - some.length;
  return left > 0 && list.every((each) => typeof each === "string") ? [...some, `and ${left} more`] : some;
}
