import { distance } from "fastest-levenshtein";

/** With a slip in every third character, a word is still taken for the same. */
const tolerance = 1 / 3;

/** In characters. Shorter words are all near to each other, and do not stand for a longer one that they are part of. */
const shortest = 4;

/** The known word that was probably meant by another, if one was: misspelled, cut short, or joined differently. */
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

/** `timeout` stands for `timeout_seconds`. */
const splitWord = (word: string) => word.split("_").filter((part) => part.length >= shortest);

/** The share of characters that differ. */
const measure = (a: string, b: string) => distance(a, b) / Math.max(a.length, b.length);
