/** Text of at most so many characters, and how many were left out: `once upon … (1,234 more characters)`. */
export function clipText(text: string, length: number): string {
  if (text.length <= length) return text;
  const more = (text.length - length).toLocaleString("en");
  return `${text.slice(0, length)}… (${more} more characters)`;
}
