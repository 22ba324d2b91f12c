import wrapAnsi from "wrap-ansi";

/** A term and its description. */
export type Entry = readonly [term: string, text: string];

/** Longer lines are hard to read, even on a wide terminal. */
const maxWidth = 110;

/** The width of help that is written to a file or a pipe, in columns. */
export const helpWidth = 80;

/** Longer terms get their own line. */
const maxTerm = 24;

/**
 * Wraps a text at the terminal's width, between words.
 * @param otherwise the width without a terminal: by default, lines are not broken, since a program reads them
 */
export function wrapText(text: string, indent = 0, otherwise = Number.POSITIVE_INFINITY): string[] {
  const columns = process.stdout.isTTY ? Math.min(process.stdout.columns || helpWidth, maxWidth) : otherwise;
  return wrapAnsi(text, Math.max(columns - indent, 20))
    .split("\n")
    .map((line) => `${" ".repeat(indent)}${line}`);
}

/** Renders terms on the left and their descriptions on the right. */
export function renderEntries(entries: readonly Entry[]): string[] {
  const column = Math.min(Math.max(...entries.map(([term]) => term.trim().length)), maxTerm);
  return entries.flatMap(([term, text]) => {
    const left = `  ${term.trim()}`;
    const isLong = left.length > column + 2;
    const lines = wrapText(text, column + 4, helpWidth);
    return isLong ? [left, ...lines] : putBefore(left, lines);
  });
}

/** Renders a text with a label before its first line; continuation lines are aligned with the text. */
export function renderLabelled(label: string, text: string, column: number): string[] {
  return putBefore(label, wrapText(text, column));
}

function putBefore(left: string, [first = "", ...rest]: string[]): string[] {
  return [left + first.slice(left.length), ...rest];
}
