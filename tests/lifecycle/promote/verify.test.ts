import { expect, test } from "vitest";
import { summarizeSchema } from "../../../src/lifecycle/promote/verify.ts";

const makeState = (objects: Record<string, string>) => ({ objects, rows: {}, ledgers: [] });
const before = makeState({ "table public.a": "1", "table public.old": "1" });
const changed = makeState({ "table public.a": "2", "table public.b": "1", "table public.old": "1" });

test.each([
  ["as it differs from the parent", changed, { schema_diff_summary: "+table public.b" }, "+table public.b"],
  ["by its objects if the parent's cannot be read", changed, {}, "table public.a, table public.b"],
  [
    "by its objects if the parent has changed alike",
    changed,
    { schema_diff_summary: "no difference" },
    "table public.a, table public.b",
  ],
  ["as unchanged", before, { schema_diff_summary: "no difference" }, undefined],
  ["as unchanged if only the parent changed", before, { schema_diff_summary: "-table public.c" }, undefined],
  ["as unchanged if the parent's cannot be read", before, {}, undefined],
])("summarizes the schema after a verification %s", (_what, after, difference, summary) => {
  expect(summarizeSchema({ before, after }, difference)).toBe(summary);
});
