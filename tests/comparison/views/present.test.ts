import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { presentComparison } from "../../../src/comparison/present.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const feature_id = "F1";

/** Experiments with one passed test each. */
async function workspaceOf(...slugs: string[]): Promise<string> {
  const workspace = await temporaryFolder();
  for (const slug of slugs) {
    const folder = join(workspace, ".tdd/experiments", feature_id, slug);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "branch.txt"), slug);
    const outcomes = {
      status: "succeeded",
      by_tag: { api: { passed: 1, failed: 0 } },
      schema_diff_summary: "x ",
    };
    await writeFile(join(folder, "outcomes.json"), JSON.stringify(outcomes));
  }
  return workspace;
}

it.each([
  ["a terminal that shows colours", { isTTY: true, hasColors: () => true }, {}, true],
  ["a terminal that does not, or shall not", { isTTY: true, hasColors: () => false }, {}, false],
  ["a pipe", {}, { TERM: "xterm-256color" }, false],
  ["a pipe with FORCE_COLOR", {}, { FORCE_COLOR: "1" }, true],
  ["a pipe with FORCE_COLOR=0", {}, { FORCE_COLOR: "0" }, false],
])("paints the table for %s, or not", async (_, to, env, painted) => {
  const input = { workspace: await workspaceOf("a"), feature_id };
  const text = await presentComparison(input, "table", to, env);
  expect(text.includes("\u001b[")).toBe(painted);
});

it("turns a table that is too wide for the terminal", async () => {
  const input = { workspace: await workspaceOf("exp-one", "exp-two"), feature_id };
  const firstLine = async (columns: number) =>
    (await presentComparison(input, undefined, { isTTY: true, columns }, {})).split("\n")[0];
  expect(await firstLine(40)).toBe("        exp-one  exp-two");
  expect(await firstLine(20)).toBe("         api  signal");
});

it("leaves the last line's end to who prints it, and no more", async () => {
  const input = { workspace: await workspaceOf("a"), feature_id };
  expect(await presentComparison(input, "csv", {})).toMatch(/,1,0\r$/);
  expect(await presentComparison(input, "markdown", {})).toMatch(/\|$/);
});
