import { randomBytes } from "node:crypto";

/**
 * Puts a text between two marks, each on its own line. The marks are random and do not occur in the text, so that it
 * cannot close the fence itself.
 */
export function fence(text: string): string {
  const mark = `data-${randomBytes(4).toString("hex")}`;
  return text.includes(mark) ? fence(text) : `<${mark}>\n${text}\n</${mark}>`;
}
