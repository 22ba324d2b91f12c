import { expect, test } from "vitest";
import type { ExperimentRow } from "../../../schemas/comparison/comparison.ts";
import {
  buildMatrix,
  buildReported,
  findUnmeasured,
  sortTags,
} from "../../../src/comparison/records/matrix.ts";
import { makeEvidence, makeRow } from "../verdict/kinds.ts";

const reported = (passed: number, failed: number) => ({
  ...{ passed, failed, commit: null, reported_at: "2026-01-02T03:04:05.000Z" },
});
const row = (index: number, more: Partial<ExperimentRow>): ExperimentRow => ({
  ...makeRow("winning", index),
  ...more,
});

test.each([
  [
    ["load", "infra", "e2e", "api", "a11y"],
    ["api", "e2e", "infra", "a11y", "load"],
  ],
  [
    ["zeta", "alpha"],
    ["alpha", "zeta"],
  ],
  [["infra"], ["infra"]],
  [[], []],
])("the tags %j are shown in the order %j", (tags, sorted) => {
  expect(sortTags(tags)).toEqual(sorted);
});

test("has a line for each tag that any experiment has counts for, with nothing where one has none", () => {
  const rows = [
    row(0, { by_tag: { load: { passed: 1, failed: 0 }, api: { passed: 0, failed: 0 } } }),
    row(1, { by_tag: { api: { passed: 2, failed: 1 } } }),
    row(2, {}),
  ];
  expect(buildMatrix(rows)).toEqual([
    {
      tag: "api",
      cells: { "exp-0": { passed: 0, failed: 0 }, "exp-1": { passed: 2, failed: 1 }, "exp-2": null },
    },
    { tag: "load", cells: { "exp-0": { passed: 1, failed: 0 }, "exp-1": null, "exp-2": null } },
  ]);
  expect(buildMatrix([])).toEqual([]);
});

test("a tag may have the name of a property that every object has", () => {
  const rows = [row(0, { by_tag: { constructor: { passed: 1, failed: 0 } } }), row(1, { by_tag: {} })];
  expect(buildMatrix(rows)).toEqual([
    { tag: "constructor", cells: { "exp-0": { passed: 1, failed: 0 }, "exp-1": null } },
  ]);
});

test("shows a report only where no run measured the tag", () => {
  const rows = [
    row(0, { reported: { api: reported(5, 0) }, evidence: makeEvidence({ state: "evidence" }) }),
    row(1, { reported: { api: reported(4, 1) }, evidence: makeEvidence({ state: "no_evidence" }) }),
    row(2, { reported: { load: reported(3, 2) } }),
    row(3, {}),
  ];
  expect(buildReported(rows)).toEqual([
    { tag: "api", cells: { "exp-0": null, "exp-1": { passed: 4, failed: 1 }, "exp-2": null, "exp-3": null } },
    {
      tag: "load",
      cells: { "exp-0": null, "exp-1": null, "exp-2": { passed: 3, failed: 2 }, "exp-3": null },
    },
  ]);
  expect(rows.map((each) => [...findUnmeasured(each).keys()])).toEqual([[], ["api"], ["load"], []]);
});
