import { stripVTControlCharacters } from "node:util";

/**
 * Makes the text of a record safe to show. Removes terminal escape sequences, characters that documents cannot contain,
 * and marks that change the reading direction of the text after them.
 */
export function printable(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\r\n?/g, "\n")
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, "")
    .replace(/(?![\n\t])\p{Cc}/gu, " ");
}

/** Makes a text safe to show on one line of at most `most` characters. */
export function onOneLine(text: string, most = Number.POSITIVE_INFINITY): string {
  const line = printable(text).replace(/\s+/g, " ").trim();
  const characters = line.length > most ? [...line] : [];
  return characters.length > most ? `${characters.slice(0, most - 1).join("")}…` : line;
}
