/** Shortens a text to `length` characters and says how many were left out: `once upon … (1,234 more characters)`. */
export function clipText(text: string, length: number): string {
  if (text.length <= length) return text;
  const cut = cutText(text, length);
  const more = text.length - cut.length;
  return `${cut}… (${more.toLocaleString("en")} more ${more === 1 ? "character" : "characters"})`;
}

/** Returns the first characters of a text, without splitting a surrogate pair. */
export function cutText(text: string, length: number): string {
  return text.slice(0, length).replace(/[\ud800-\udbff]$/, "");
}
