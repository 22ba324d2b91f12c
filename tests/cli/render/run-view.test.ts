import { expect, test } from "vitest";
import { openLines, openTable } from "../../../src/cli/render/run-view.ts";
import { makeResult, makeRun } from "../../support/run-records.ts";

function openOutput(size: { columns?: number; rows?: number } = {}) {
  const written: string[] = [];
  return { written, output: { ...size, write: (text: string) => written.push(text) } };
}

/** What moves the cursor up by some lines and clears what is below. */
const goUp = (lines: number) => `\u001b[${lines}A\u001b[J`;
const queued = (slug: string) => makeResult(slug, { status: "queued", by_tag: {} });
const running = (slug: string) => makeResult(slug, { status: "running", step: "api", by_tag: {} });
const many = (count: number) => Array.from({ length: count }, (_, index) => queued(`exp-${index}`));

test("writes a line for each change to a pipe, and none for what stays the same", () => {
  const { written, output } = openOutput();
  const view = openLines(output);
  view.show(makeRun([queued("a"), queued("b")], { state: "running" }));
  view.show(makeRun([running("a"), queued("b")], { state: "running" }));
  view.show(makeRun([running("a"), queued("b")], { state: "running" }));
  expect(written).toEqual([
    "run-20260101T000000-01234567 F1 C1\n",
    "a queued\n",
    "b queued\n",
    "a running api\n",
  ]);
  view.end(makeRun([makeResult("a"), queued("b")]));
  expect(written.slice(4, 5)).toEqual(["a succeeded, api 3/0\n"]);
  expect(written.at(-1)).toMatch(/: 1 of 2 succeeded,.*\n(.*\n)*Next: lakebase-experiments compare F1\n$/);
});

test("redraws a table in place: it goes up by as many lines as it drew", () => {
  const { written, output } = openOutput({ columns: 80, rows: 24 });
  const view = openTable(output);
  view.show(makeRun([queued("a"), queued("b")]));
  view.show(makeRun([queued("a")]));
  view.end(makeRun([makeResult("a")]));
  expect(written[0]).not.toContain("\u001b");
  expect(written[0]?.split("\n")).toHaveLength(4);
  expect(written[1]?.startsWith(`${goUp(3)}run-`)).toBe(true);
  expect(written[2]?.startsWith(goUp(2))).toBe(true);
});

test("cuts lines that a narrow terminal would wrap, but not those of the outcome", () => {
  const { written, output } = openOutput({ columns: 40 });
  const view = openTable(output);
  view.show(makeRun([queued("a")]));
  expect(Math.max(...(written[0] ?? "").split("\n").map((line) => line.length))).toBe(39);
  view.end(makeRun([makeResult("a")]));
  expect(written[1]).toContain("1 of 1 succeeded, at most 2 at once");
});

test("keeps a table of many experiments on the screen, running ones first", () => {
  const { written, output } = openOutput({ columns: 80, rows: 6 });
  const view = openTable(output);
  const run = makeRun([...many(8), running("late")]);
  view.show(run);
  view.show(run);
  const lines = (written[0] ?? "").trimEnd().split("\n");
  expect(lines).toHaveLength(5);
  expect(lines[1]).toMatch(/^late +running api$/);
  expect(lines[4]).toBe("… and 6 more");
  expect(written[1]?.startsWith(goUp(5))).toBe(true);
});

test.each([
  [6, 4, 5],
  [6, 5, 5],
  [3, 1, 2],
  [1, 8, 3],
  [0, 8, 9],
])("on a terminal of %i rows draws %i experiments in %i lines", (rows, experiments, drawn) => {
  const { written, output } = openOutput({ rows });
  openTable(output).show(makeRun(many(experiments)));
  expect(written.join("").trimEnd().split("\n")).toHaveLength(drawn);
});
