import { expect, it } from "vitest";
import { findPortInUse } from "../../../src/runs/suite/port-in-use.ts";

it.each<[string, string[], string | undefined]>([
  ["nothing", [], undefined],
  ["no such line", ["a\nb", "", "listening on 3000"], undefined],
  ["node", ["x\nError: listen EADDRINUSE: address already in use :::3000\n    at y"], nodeLine()],
  ["a line of Windows", ["x\r\nError: listen EADDRINUSE: address already in use :::3000\r\n"], nodeLine()],
  [
    "the end of a text, indented",
    ["x\n  Error: listen EADDRINUSE: address already in use :::3000"],
    nodeLine(),
  ],
  ["python", ["OSError: [Errno 98] Address already in use"], "OSError: [Errno 98] Address already in use"],
  [
    "Playwright, in a second text",
    ["ok", "Error: http://localhost:3000 is already used, make sure that nothing is running"],
    "Error: http://localhost:3000 is already used, make sure that nothing is running",
  ],
  ["Spring", ["Web server failed to start. Port 8080 was already in use."], springLine()],
  ["Vite", ["Error: Port 5173 is already in use"], "Error: Port 5173 is already in use"],
])("finds the line that says that a port is in use: %s", (_what, texts, line) => {
  expect(findPortInUse(texts)).toBe(line);
});

function springLine(): string {
  return "Web server failed to start. Port 8080 was already in use.";
}

function nodeLine(): string {
  return "Error: listen EADDRINUSE: address already in use :::3000";
}

it("shows the part of a long line that says so", () => {
  const found = findPortInUse([`${"a".repeat(5_000)} EADDRINUSE :::3000 ${"b".repeat(5_000)}`]);
  expect(found).toContain("a EADDRINUSE :::3000 b");
  expect(found).toHaveLength(200);
});

// A search that begins anew at each character of a line would take hours.
it("reads a log of one long line at once", () => {
  const dots = ".".repeat(2_000_000);
  expect(findPortInUse([dots])).toBeUndefined();
  expect(findPortInUse([`${dots}EADDRINUSE`])).toContain("EADDRINUSE");
});
