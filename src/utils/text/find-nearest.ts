import { distance } from "fastest-levenshtein";

/** How large a share of a word's characters may be wrong. */
const tolerance = 1 / 3;

/** In characters. Shorter words all resemble each other, and are not matched with parts of longer ones. */
const shortest = 4;

/**
 * Finds the known word that was probably meant: misspelled, abbreviated, or joined differently. Undefined if none is
 * close.
 */
export function findNearest(word: string, known: readonly string[]): string | undefined {
  const asked = simplify(word.slice(0, 100));
  const ranked = known
    .flatMap((each) => [each, ...splitWord(each)].map((form) => ({ each, form: simplify(form) })))
    .map(({ each, form }) => ({ each, apart: measure(asked, form) }))
    .filter(({ apart }) => apart <= (asked.length < shortest ? 0 : tolerance))
    .sort((a, b) => a.apart - b.apart);
  return ranked[0]?.each;
}

const simplify = (word: string) => word.toLowerCase().replace(/[^a-z0-9]/g, "");

/** `timeout` matches `timeout_seconds`. */
const splitWord = (word: string) => word.split("_").filter((part) => part.length >= shortest);

/** Returns the share of characters that differ. */
const measure = (a: string, b: string) => distance(a, b) / Math.max(a.length, b.length);
