import { CoreError } from "../src/core-error.ts";

/**
 * One page of a list. A cursor is the index that the page begins at, as text.
 * @throws CoreError `invalid_input` for a cursor that no answer gave
 */
export function pageOf<Item>(items: Item[], limit: number, cursor?: string) {
  if (cursor !== undefined && !/^\d{1,9}$/.test(cursor)) {
    throw new CoreError("invalid_input", "cursor is not one that an answer gave.", {
      hint: "Leave it out to begin.",
    });
  }
  const start = Number(cursor ?? 0);
  const end = start + limit;
  return { page: items.slice(start, end), next_cursor: end < items.length ? String(end) : null };
}
