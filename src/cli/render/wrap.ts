import wrapAnsi from "wrap-ansi";

/** A term and what it means. */
export type Entry = readonly [term: string, text: string];

/** Longer lines are hard to read, however wide the terminal is. */
const maxWidth = 110;

/** How wide help is that goes to a file or a pipe, in columns. */
export const helpWidth = 80;

/** Terms longer than this have a line of their own. */
const maxTerm = 24;

/**
 * Lines of a text, broken between words at the terminal's width.
 * @param otherwise the width where there is no terminal: by default lines stay whole, for the program that reads them
 */
export function wrapText(text: string, indent = 0, otherwise = Number.POSITIVE_INFINITY): string[] {
  const columns = process.stdout.isTTY ? Math.min(process.stdout.columns || helpWidth, maxWidth) : otherwise;
  return wrapAnsi(text, Math.max(columns - indent, 20))
    .split("\n")
    .map((line) => `${" ".repeat(indent)}${line}`);
}

/** Terms on the left, their texts on the right, as help shows them. */
export function renderEntries(entries: readonly Entry[]): string[] {
  const column = Math.min(Math.max(...entries.map(([term]) => term.trim().length)), maxTerm);
  return entries.flatMap(([term, text]) => {
    const left = `  ${term.trim()}`;
    const isLong = left.length > column + 2;
    const lines = wrapText(text, column + 4, helpWidth);
    return isLong ? [left, ...lines] : putBefore(left, lines);
  });
}

/** A text with a label before its first line; the others begin below the text. */
export function renderLabelled(label: string, text: string, column: number): string[] {
  return putBefore(label, wrapText(text, column));
}

function putBefore(left: string, [first = "", ...rest]: string[]): string[] {
  return [left + first.slice(left.length), ...rest];
}
