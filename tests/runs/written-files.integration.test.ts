import { appendFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { checkCode } from "../../src/experiments/code/worktrees.ts";
import { script } from "../support/plans.ts";
import { temporaryRepository } from "../support/repository.ts";
import { prepareRun, waitFor } from "../support/runs.ts";

const rowsSchema = z.looseObject({
  warnings: z.array(z.looseObject({ kind: z.string() })).optional(),
  rows: z.array(z.looseObject({ evidence: z.looseObject({ dirty: z.boolean() }) })),
});

/** A feature whose setup writes a tracked file, and whose suite leaves a folder. */
async function prepareWriting() {
  const { directory, commit } = await temporaryRepository();
  await commit("main", { "db.json": "{}", "design.txt": "a" });
  const feature = await prepareRun(
    () => ({
      setup: ["sh", "-c", 'echo "{\\"port\\":$PGPORT}" > db.json'],
      suites: {
        api: script(
          'require("fs").mkdirSync("results", { recursive: true }); require("fs").writeFileSync("results/last-run", String(Date.now()));',
        ),
      },
    }),
    ["exp-a"],
    {},
    directory,
  );
  const ref = { workspace: directory, feature_id: feature.feature_id, experiment_slug: "exp-a" };
  return {
    tree: (await checkCode(ref)).root,
    /** Runs, and says whether the code read as changed, and what is warned of. */
    run: async () => {
      await waitFor(feature.server, (await feature.start()).run_id);
      const args = { feature_id: feature.feature_id, detail: "rows" };
      const { rows, warnings = [] } = await feature.server.call(rowsSchema, "compare_experiments", args);
      return { dirty: rows[0]?.evidence.dirty, kinds: warnings.map(({ kind }) => kind) };
    },
  };
}

test("what setup and suites write into the tree is no change of its code", async () => {
  const { run } = await prepareWriting();
  const first = await run();
  const second = await run();

  expect([first.dirty, second.dirty]).toEqual([false, false]);
  expect([...first.kinds, ...second.kinds].filter((kind) => kind.startsWith("code-"))).toEqual([]);
});

test.each([
  ["of a file that no command writes", "design.txt", "b"],
  ["of the file that the setup wrote", "db.json", '{"own":true}'],
  ["of a new file", "new.txt", "new"],
])("an edit %s is one", async (_what, name, content) => {
  const { run, tree } = await prepareWriting();
  await run();
  await writeFile(join(tree, name), content);

  expect((await run()).dirty).toBe(true);
});

test("an edit that was never committed is warned of", async () => {
  const { run, tree } = await prepareWriting();
  const { kinds } = await run();
  expect(kinds).not.toContain("code-changed-since");
  await appendFile(join(tree, "design.txt"), "b");

  expect((await run()).kinds).toContain("code-not-committed");
});
