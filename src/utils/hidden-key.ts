/** The key, also where some of its letters are escaped. In JSON, only a key stands in quotes before a colon. */
const pattern = new RegExp(
  `"${[..."__proto__"].map((letter) => `(?:${letter}|\\\\u00${hex(letter)})`).join("")}"\\s*:`,
);

/** Whether JSON has a key `__proto__`, which is no one's field, and which would hide its value from a schema. */
export function hasHiddenKey(json: string): boolean {
  return pattern.test(json);
}

/** The code of a letter, in digits of either case. */
function hex(letter: string): string {
  return letter.charCodeAt(0).toString(16).replace("f", "[fF]");
}
