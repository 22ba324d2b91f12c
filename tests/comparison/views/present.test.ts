import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { NextAction } from "../../../schemas/comparison/comparison.ts";
import { presentComparison } from "../../../src/comparison/views/present.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";
import { recordCycle } from "../../support/records.ts";

const feature_id = "F1";

/** Experiments with one passed test each. */
async function makeWorkspace(...slugs: string[]): Promise<string> {
  const workspace = await temporaryFolder();
  for (const slug of slugs) {
    const ref = { workspace, feature_id, experiment_slug: slug };
    await recordCycle(ref, { cycle_id: "C3", tags: { api: { passed: 1 } } });
  }
  return workspace;
}

it.each([
  ["a terminal that shows colours", { isTTY: true, hasColors: () => true }, {}, true],
  ["a terminal that does not, or shall not", { isTTY: true, hasColors: () => false }, {}, false],
  ["a pipe", {}, { TERM: "xterm-256color" }, false],
  ["a pipe with FORCE_COLOR", {}, { FORCE_COLOR: "1" }, true],
  ["a pipe with FORCE_COLOR=0", {}, { FORCE_COLOR: "0" }, false],
])("decides whether to colour the table for %s", async (_, to, env, painted) => {
  const input = { workspace: await makeWorkspace("a"), feature_id };
  const text = await presentComparison(input, "table", to, undefined, env);
  expect(text.includes("\u001b[")).toBe(painted);
});

it("ends a table with the front end's next step and nothing else", async () => {
  const input = { workspace: await makeWorkspace("a"), feature_id };
  const say = ({ action, experiments }: NextAction) => `${action}\n${experiments.join()}`;
  expect(await presentComparison(input, "table", {}, say)).toMatch(/\n\nNext: promote a$/);
  expect(await presentComparison(input, "csv", {}, say)).not.toContain("Next");
});

it("transposes a table that is too wide for the terminal", async () => {
  const input = { workspace: await makeWorkspace("exp-one", "exp-two"), feature_id };
  const firstLine = async (columns: number) =>
    (await presentComparison(input, undefined, { isTTY: true, columns }, undefined, {})).split("\n")[0];
  expect(await firstLine(40)).toBe("        exp-one  exp-two");
  expect(await firstLine(20)).toBe("         api  signal");
});

it("writes no trailing newline", async () => {
  const input = { workspace: await makeWorkspace("a"), feature_id };
  expect(await presentComparison(input, "csv", {})).toMatch(/,1,0\r$/);
  expect(await presentComparison(input, "markdown", {})).toMatch(/\|$/);
});

it("links to artifacts of the counted cycle, then of the newest others, and says how many more there are", async () => {
  const workspace = await makeWorkspace("a");
  const folder = join(workspace, ".tdd/experiments", feature_id, "a");
  for (const cycle of ["C2", "C3", "C9", "C10"]) {
    await mkdir(join(folder, "artifacts", cycle), { recursive: true });
    for (let index = 0; index < 15; index++) {
      await writeFile(join(folder, "artifacts", cycle, `${index}.log`), "");
    }
  }
  const page = await readFile(await presentComparison({ workspace, feature_id }, "html", {}), "utf8");
  const cycles = [...page.matchAll(/href="\.\/a\/artifacts\/(C\d+)\//g)].map(([, cycle]) => cycle);
  expect(cycles).toEqual([
    ...Array.from({ length: 15 }, () => "C3"),
    ...Array.from({ length: 15 }, () => "C10"),
    ...Array.from({ length: 10 }, () => "C9"),
  ]);
  expect(page).toContain("a: 60 artifacts");
  expect(page).toContain("20 more are in <code>a/artifacts</code>.");
});

it("writes no page and creates no folder for a feature without experiments", async () => {
  const workspace = await temporaryFolder();
  const page = presentComparison({ workspace, feature_id: "Nope" }, "html", {});
  await expect(page).rejects.toMatchObject({ code: "no_experiments" });
  expect(await readdir(workspace)).toEqual([]);
});
