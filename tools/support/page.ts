import { CoreError } from "../../src/utils/core-error.ts";
import { clipValue } from "./clip.ts";

/** The size of a page's items, in bytes of JSON, which keeps an answer at about 8 KB. */
const mostBytes = 6_000;

/** Describes what to do next after a page: read the rest first, if there is more. */
export function describeNextPage(next_cursor: string | null, otherwise: string): string {
  return next_cursor === null
    ? otherwise
    : `Call again with cursor ${next_cursor} for the next page. ${otherwise}`;
}

/**
 * Takes a page from a list: as many items as requested, or fewer if they are large, but at least one. A cursor is the
 * index at which the page begins, as text.
 * @throws CoreError `invalid_input` for a cursor that no answer contained
 */
export function takePage<Item>(items: Item[], limit: number, cursor?: string) {
  if (cursor !== undefined && !/^\d{1,9}$/.test(cursor)) {
    throw new CoreError("invalid_input", "Invalid cursor.", {
      hint: "Omit it to start from the first page.",
    });
  }
  const start = Number(cursor ?? 0);
  let bytes = 0;
  const page = items.slice(start, start + limit).filter((item, index) => {
    bytes += Buffer.byteLength(JSON.stringify(clipValue(item)) ?? "");
    return index === 0 || bytes <= mostBytes;
  });
  const end = start + page.length;
  return { page, next_cursor: end < items.length ? String(end) : null };
}

/**
 * Selects the items that fit into an answer without a cursor, in their order, and counts those left out.
 * @param isUrgent whether an item takes precedence if not all fit
 */
export function takeFitting<Item>(items: Item[], isUrgent: (item: Item) => boolean) {
  const ordered = [...items.filter(isUrgent), ...items.filter((item) => !isUrgent(item))];
  const { page } = takePage(ordered, Math.max(1, items.length));
  return { fitting: items.filter((item) => page.includes(item)), left_out: items.length - page.length };
}
