/** Text of at most so many characters, and how many were left out: `once upon … (1,234 more characters)`. */
export function clipText(text: string, length: number): string {
  if (text.length <= length) return text;
  const more = (text.length - length).toLocaleString("en");
  return `${cutText(text, length)}… (${more} more characters)`;
}

/** The first characters of a text. Half of one that takes two units is no text. */
export function cutText(text: string, length: number): string {
  return text.slice(0, length).replace(/[\ud800-\udbff]$/, "");
}
