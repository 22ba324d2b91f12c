import { distance } from "fastest-levenshtein";

/** A slip of the finger in every third character is still taken for the same word. */
const tolerance = 1 / 3;

/** The known word that was probably meant by another, if one was: misspelled, cut short, or joined differently. */
export function findNearest(word: string, known: readonly string[]): string | undefined {
  const asked = simplify(word.slice(0, 100));
  const ranked = known
    .map((each) => ({ each, apart: measure(asked, simplify(each)) }))
    .filter(({ each, apart }) => apart <= Math.max(asked.length, each.length) * tolerance)
    .sort((a, b) => a.apart - b.apart);
  return ranked[0]?.each;
}

const simplify = (word: string) => word.toLowerCase().replace(/[^a-z0-9]/g, "");

/** A word that begins the other, of some length, is as near as one slip: `timeout` for `timeout_seconds`. */
function measure(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  const isBeginning = shorter >= 3 && (a.startsWith(b) || b.startsWith(a));
  return isBeginning && a !== b ? 1 : distance(a, b);
}
