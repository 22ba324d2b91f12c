/** What tools write that know no time, such as 1970 or the year 1, is earlier. */
const earliest = Date.UTC(2001, 0);

/** How far the clock of a place may be behind UTC, in milliseconds. */
const furthestBehind = 12 * 3_600_000;

const isoDate = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?$/;

/** As mocha writes it: `Fri, 27 Nov 2026 19:16:28 GMT`. */
const httpDate = /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/;

/**
 * Returns the latest of the times at which a report says that something in it ran, in milliseconds since 1970; undefined
 * if it names none. A time without a zone is taken for the latest one that it may mean.
 * @param times as reports write them: a date, or a number of milliseconds
 */
export function findRanAt(times: Iterable<string | number | null | undefined>): number | undefined {
  let latest: number | undefined;
  for (const time of times) {
    const read = typeof time === "string" ? readDate(time) : time;
    if (read != null && read >= earliest && read > (latest ?? 0)) latest = read;
  }
  return latest;
}

function readDate(text: string): number | undefined {
  const trimmed = text.trim();
  const [whole, zone] = isoDate.exec(trimmed) ?? httpDate.exec(trimmed) ?? [];
  if (whole === undefined) return undefined;
  const isLocal = zone === undefined && !whole.endsWith("GMT");
  const read = isLocal ? Date.parse(`${whole}Z`) + furthestBehind : Date.parse(whole);
  return Number.isNaN(read) ? undefined : read;
}
