import { stripVTControlCharacters } from "node:util";

const maxLines = 12;
const maxLineLength = 240;

/** The first lines of a failure, plain and bounded: enough to see what broke, small enough to list. */
export function firstLines(text: string): string {
  const lines = stripVTControlCharacters(text.trim())
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== "");
  return lines
    .slice(0, maxLines)
    .map((line) => (line.length > maxLineLength ? `${line.slice(0, maxLineLength - 1)}…` : line))
    .join("\n");
}
