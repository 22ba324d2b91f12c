/** Counts whole minutes since a time, RFC 3339 or in milliseconds since the epoch; undefined if it is unknown. */
export function countMinutesSince(time: string | number | null | undefined): number | undefined {
  return countMinutes(time, Date.now());
}

/** Counts whole minutes between two times, zero if they are in the wrong order; undefined if either is unknown. */
export function countMinutes(
  from: string | number | null | undefined,
  to: string | number | null | undefined,
): number | undefined {
  const [begin, end] = [from, to].map((time) => (typeof time === "string" ? Date.parse(time) : time));
  if (begin == null || end == null || Number.isNaN(begin) || Number.isNaN(end)) return undefined;
  return Math.max(0, Math.floor((end - begin) / 60_000));
}
