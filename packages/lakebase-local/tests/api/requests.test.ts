import { describe, expect, test } from "vitest";
import * as z from "zod";
import { parseBody, parseMask } from "../../src/api/body.ts";
import { takePage } from "../../src/api/pages.ts";

const items = Array.from({ length: 250 }, (_, n) => ({ n }));
const ask = (query: string) => takePage("branches", items, new URLSearchParams(query));
const first = (count: number, from = 0) => items.slice(from, from + count);

describe("a page of a list", () => {
  test.each([
    ["", { branches: first(100), next_page_token: "100" }],
    ["page_size=2", { branches: first(2), next_page_token: "2" }],
    ["page_size=2&page_token=2", { branches: first(2, 2), next_page_token: "4" }],
    ["page_size=249", { branches: first(249), next_page_token: "249" }],
    ["page_size=250", { branches: items }],
    ["page_size=5000", { branches: items }],
    ["page_size=0", { branches: first(100), next_page_token: "100" }],
    ["page_size=&page_token=", { branches: first(100), next_page_token: "100" }],
    ["page_token=200", { branches: first(50, 200) }],
    ["page_token=250", { branches: [] }],
    ["page_token=999999", { branches: [] }],
  ])("for %j", (query, expected) => {
    expect(ask(query)).toEqual(expected);
  });

  test("has at most 1000 items, whatever size is asked for", () => {
    const many = Array.from({ length: 1001 }, (_, n) => ({ n }));
    expect(takePage("roles", many, new URLSearchParams("page_size=1001"))).toEqual({
      roles: many.slice(0, 1000),
      next_page_token: "1000",
    });
  });

  test.each(["page_size=-1", "page_size=two", "page_token=x", "page_size=1e2", "page_token=1234567890"])(
    "is refused for %s",
    (query) => {
      const [field = "", value = ""] = query.split("=");
      expect(() => ask(query)).toThrow(`Field '${field}' is not valid, got '${value}'.`);
    },
  );
});

describe("a body", () => {
  const shape = z.object({ spec: z.object({ ttl: z.string().optional() }).optional() });

  test.each([
    [undefined, {}],
    [null, {}],
    [{ spec: { ttl: "60s", more: 1 }, status: {} }, { spec: { ttl: "60s" } }],
  ])("%j is read as %j", (body, parsed) => {
    expect(parseBody(body, shape)).toEqual(parsed);
  });

  test.each([
    [{ spec: { ttl: 60 } }, "Field 'spec.ttl' is not valid"],
    [{ spec: [] }, "Field 'spec' is not valid"],
    ["text", "Field '' is not valid"],
  ])("%j is refused by the name of its field", (body, reason) => {
    expect(() => parseBody(body, shape)).toThrow(reason);
  });
});

describe("an update mask", () => {
  const read = (mask: string) => [
    ...parseMask(new URLSearchParams({ update_mask: mask }), ["spec", "spec.ttl"]),
  ];

  test.each([
    ["spec", ["spec"]],
    ["spec.ttl,spec", ["spec.ttl", "spec"]],
    [",spec.ttl,", ["spec.ttl"]],
  ])("%j names %j", (mask, fields) => {
    expect(read(mask)).toEqual(fields);
  });

  test.each([
    ["", "Field 'update_mask' is required"],
    [",", "Field 'update_mask' is required"],
    ["spec.uid", "Field 'update_mask' names 'spec.uid', which cannot be updated. Known: spec, spec.ttl."],
    ["spec,*", "names '*'"],
  ])("%j is refused", (mask, reason) => {
    expect(() => read(mask)).toThrow(reason);
  });
});
