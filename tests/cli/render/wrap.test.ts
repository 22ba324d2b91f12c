import { expect, test } from "vitest";
import { commands } from "../../../src/cli/commands.ts";
import { renderCommandHelp } from "../../../src/cli/render/help.ts";
import { renderEntries, renderLabelled, wrapText } from "../../../src/cli/render/wrap.ts";
import { pretendTerminal } from "./terminal.ts";

const text = "a text of some length that has to be broken into several lines on any terminal at all";
const measure = (lines: string[]) => Math.max(...lines.map((line) => line.length));

test("does not break a line for a program that reads it", () => {
  expect(wrapText(text.repeat(10), 2)).toEqual([`  ${text.repeat(10)}`]);
});

test.each([
  [40, 0, 40],
  [40, 10, 40],
  [200, 0, 110],
  [0, 0, 80],
])("on a terminal of %i columns, indented by %i, uses at most %i", (columns, indent, widest) => {
  pretendTerminal(columns);
  const lines = wrapText(text.repeat(3), indent);
  expect(measure(lines)).toBeLessThanOrEqual(widest);
  expect(measure(lines)).toBeGreaterThan(widest - 12);
  expect(lines.every((line) => line.startsWith(" ".repeat(indent)))).toBe(true);
  expect(lines.map((line) => line.trim()).join(" ")).toBe(text.repeat(3));
});

test("keeps a few words on each line where there is hardly room", () => {
  pretendTerminal(10);
  const lines = wrapText(text, 30);
  expect(lines.length).toBeLessThan(8);
  expect(measure(lines)).toBeLessThanOrEqual(50);
});

test("does not break a path, which would have to be copied whole", () => {
  pretendTerminal(40);
  const path = `/home/kai/${"project/".repeat(10)}plan.json`;
  expect(wrapText(`Wrote ${path} now.`)).toContain(path);
});

test("aligns the lines of a text under its beginning", () => {
  pretendTerminal(30);
  expect(renderLabelled("note", "one two three four five six seven", 8)).toEqual([
    "note    one two three four",
    "        five six seven",
  ]);
});

test("aligns descriptions, and puts a long term on a line of its own", () => {
  pretendTerminal(60);
  expect(
    renderEntries([
      ["run", "start"],
      ["a-term-that-is-longer-than-24", "described below"],
    ]),
  ).toEqual([
    "  run                       start",
    "  a-term-that-is-longer-than-24",
    `${" ".repeat(28)}described below`,
  ]);
});

test.each(Object.keys(commands))("the help of %s fits a terminal of 60 columns", (name) => {
  pretendTerminal(60);
  const help = renderCommandHelp(name, commands[name] ?? expect.fail(`no ${name}`)).split("\n");
  // The usage line is copied as it is.
  const [usage, ...others] = help;
  expect(usage).toMatch(new RegExp(`^Usage: lakebase-experiments ${name} \\[OPTIONS\\]`));
  expect(measure(others)).toBeLessThanOrEqual(60);
});
