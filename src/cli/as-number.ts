/** Parses a number. Anything that is not one becomes NaN, which the core rejects. */
export function asNumber(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text.trim() === "" ? Number.NaN : text);
}
