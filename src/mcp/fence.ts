import { randomBytes } from "node:crypto";

/** Text between two marks of one line each. The marks are new each time and nowhere in the text, so that it cannot end early. */
export function fence(text: string): string {
  const mark = `data-${randomBytes(4).toString("hex")}`;
  return text.includes(mark) ? fence(text) : `<${mark}>\n${text}\n</${mark}>`;
}
