import { invalid } from "./api-error.ts";

const defaultSize = 100;
const largestSize = 1000;

/**
 * One page of a list, and the token of the next if there is one.
 * @throws ApiError for a bad size or token.
 */
export function takePage(field: string, items: object[], query: URLSearchParams): object {
  const size = Math.min(wholeNumber("page_size", query.get("page_size")) || defaultSize, largestSize);
  const start = wholeNumber("page_token", query.get("page_token"));
  const end = start + size;
  return { [field]: items.slice(start, end), ...(end < items.length && { next_page_token: String(end) }) };
}

function wholeNumber(field: string, text: string | null): number {
  if (text === null || text === "") return 0;
  if (!/^\d{1,9}$/.test(text)) throw invalid(`Field '${field}' is not valid, got '${text}'.`);
  return Number(text);
}
