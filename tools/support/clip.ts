import { clipText } from "../../src/utils/text/clip-text.ts";

/** In characters. */
const longestText = 1_000;
/** Of a list within an item of an answer. */
const longestList = 20;
/** Of an object: more than a page has experiments, so that only maps by names that nobody needs are cut. */
const mostFields = 100;

/**
 * An answer whose texts and lists are short enough for a model to read, whatever the records hold. Lists at the top
 * are pages, and stay whole.
 */
export function clipAnswer(answer: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(answer).map(([field, value]) => [
      field,
      Array.isArray(value) ? value.map(clipValue) : clipValue(value),
    ]),
  );
}

export function clipValue(value: unknown): unknown {
  if (typeof value === "string") return clipText(value, longestText);
  if (Array.isArray(value)) return clipList(value);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).slice(0, mostFields);
  return Object.fromEntries(fields.map(([field, inner]) => [field, clipValue(inner)]));
}

/** A list of texts says how many are left out. */
function clipList(list: unknown[]): unknown[] {
  const some = list.slice(0, longestList).map(clipValue);
  const left = list.length - some.length;
  return left > 0 && list.every((each) => typeof each === "string") ? [...some, `and ${left} more`] : some;
}
