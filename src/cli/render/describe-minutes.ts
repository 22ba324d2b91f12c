/** Formats an age: `40 min`, `5 h`, `8 days`; empty if it is unknown. */
export function describeMinutes(minutes: number | undefined): string {
  if (minutes === undefined) return "";
  if (minutes < 120) return `${minutes} min`;
  return minutes < 2_880 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1_440)} days`;
}
