import { encodeSecret } from "./secret-encodings.ts";

/** The shortest secret that is searched for, in characters; shorter ones would match by chance. */
const shortest = 6;

/** The position of a secret in a text: the first offset, and the offset after its end. */
type Span = readonly [start: number, end: number];

/** Finds secrets in latin1 text, in any encoding and ignoring case. */
export interface SecretFinder {
  /** In order, without overlaps. */
  find: (text: string) => Span[];
  /** Returns how many characters at the end could be the beginning of a secret. */
  pendingLength: (text: string) => number;
  /** An upper bound for the length of a secret, including line breaks. */
  longest: number;
}

/** @param secrets values of any length; those under 6 characters are ignored */
export function createFinder(secrets: readonly string[]): SecretFinder {
  const forms = [...new Set(secrets)].filter((secret) => secret.length >= shortest).flatMap(encodeOnce);
  const needles = [...new Set(forms.map((text) => withoutBreaks(text).toLowerCase()))].filter(
    (text) => text.length >= shortest,
  );
  const longest = 2 * Math.max(0, ...needles.map((text) => text.length));
  const starts = indexStarts(needles);
  return {
    find: (text) => {
      const lower = text.toLowerCase();
      // A secret may be broken into lines, by a tool or by the width of a page.
      const joined = withoutBreaks(lower);
      const found = findAll(joined, needles);
      if (found.length === 0 || joined.length === lower.length) return merge(found);
      const offsets = findOffsets(lower);
      return merge(
        found.map(([start, end]): Span => [offsets[start] ?? start, (offsets[end - 1] ?? end - 1) + 1]),
      );
    },
    pendingLength: (text) => measurePending(text.slice(-longest).toLowerCase(), starts),
    longest,
  };
}

/** The forms of the last secrets: all of a run's commands and files have nearly the same ones. */
const encoded = new Map<string, readonly string[]>();
const mostKept = 100;

function encodeOnce(secret: string): readonly string[] {
  const known = encoded.get(secret);
  if (known !== undefined) return known;
  if (encoded.size >= mostKept) encoded.clear();
  const forms = encodeSecret(secret);
  encoded.set(secret, forms);
  return forms;
}

function findAll(text: string, needles: readonly string[]): Span[] {
  const found: Span[] = [];
  for (const needle of needles) {
    for (let at = text.indexOf(needle); at !== -1; at = text.indexOf(needle, at + needle.length)) {
      found.push([at, at + needle.length]);
    }
  }
  return found;
}

function merge(spans: Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of spans.sort(([a], [b]) => a - b)) {
    const last = merged.at(-1);
    if (last === undefined || span[0] > last[1]) merged.push(span);
    else merged[merged.length - 1] = [last[0], Math.max(last[1], span[1])];
  }
  return merged;
}

const withoutBreaks = (text: string) => text.replace(/[\r\n]+/g, "");

const isBreak = (character: string) => character === "\n" || character === "\r";

/** Returns the offset of each character that is not a line break. */
function findOffsets(text: string): number[] {
  return Array.from(text, (character, offset) => (isBreak(character) ? -1 : offset)).filter(
    (offset) => offset !== -1,
  );
}

/** Secrets indexed by their first characters, so that most positions can be skipped immediately. */
type Starts = Map<string, string[]>;

const headLength = 4;

function indexStarts(needles: readonly string[]): Starts {
  const starts: Starts = new Map();
  for (const needle of new Set(needles)) {
    for (let length = 1; length <= headLength; length++) {
      const head = needle.slice(0, length);
      starts.set(head, [...(starts.get(head) ?? []), needle]);
    }
  }
  return starts;
}

function measurePending(tail: string, starts: Starts): number {
  const joined = withoutBreaks(tail);
  for (let start = 0; start < joined.length; start++) {
    const needles = starts.get(joined.slice(start, start + headLength));
    if (needles?.some((needle) => needle.startsWith(joined.slice(start))))
      return withBreaks(tail, joined.length - start);
  }
  return 0;
}

/** Returns the length of the end of a text that contains `count` characters besides line breaks. */
function withBreaks(text: string, count: number): number {
  let index = text.length;
  for (let left = count; left > 0; index--) if (!isBreak(text.charAt(index - 1))) left--;
  return text.length - index;
}
