/** What is no number becomes one that the core refuses. */
export function asNumber(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text === "" ? Number.NaN : text);
}
