/** Whole minutes since a time, RFC 3339 or in milliseconds since 1970; undefined where it is not known. */
export function countMinutesSince(time: string | number | null | undefined): number | undefined {
  return countMinutes(time, Date.now());
}

/** Whole minutes between two times, none where they are the wrong way round; undefined where one is not known. */
export function countMinutes(
  from: string | number | null | undefined,
  to: string | number | null | undefined,
): number | undefined {
  const [begin, end] = [from, to].map((time) => (typeof time === "string" ? Date.parse(time) : time));
  if (begin == null || end == null || Number.isNaN(begin) || Number.isNaN(end)) return undefined;
  return Math.max(0, Math.floor((end - begin) / 60_000));
}
