import { stripVTControlCharacters } from "node:util";

/**
 * Text of a record as any view may show it. Records may hold what a terminal takes for commands, what no document may
 * hold, and signs that make the text after them read in another order than it is written.
 */
export function printable(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\r\n?/g, "\n")
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, "")
    .replace(/(?![\n\t])\p{Cc}/gu, " ");
}

/** The same on one line, of at most so many characters. */
export function onOneLine(text: string, most = Number.POSITIVE_INFINITY): string {
  const line = printable(text).replace(/\s+/g, " ").trim();
  const characters = line.length > most ? [...line] : [];
  return characters.length > most ? `${characters.slice(0, most - 1).join("")}…` : line;
}
