import { readFile, rm, writeFile } from "node:fs/promises";
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

/** A feature whose setup writes a tracked file, and whose suite leaves a file in a folder. */
async function prepareWriting(file = "results/last-run") {
  const path = JSON.stringify(file);
  const { directory, commit } = await temporaryRepository();
  await commit("main", { "db.json": "{}", "design.txt": "a" });
  const feature = await prepareRun(
    () => ({
      setup: ["sh", "-c", 'echo "{\\"port\\":$PGPORT}" > db.json'],
      suites: {
        api: script(
          `require("fs").mkdirSync(require("path").dirname(${path}), { recursive: true }); require("fs").writeFileSync(${path}, String(Date.now()));`,
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

const edits: [what: string, name: string, content: string][] = [
  ["a file that no command writes", "design.txt", "b"],
  ["the file that the setup wrote", "db.json", '{"own":true}'],
  ["a new file", "new.txt", "new"],
];

test("does not count files that setup and suites write as code changes, but counts every edit", async () => {
  const { run, tree } = await prepareWriting();
  const untouched = [await run(), await run()];
  expect(untouched.map(({ dirty }) => dirty)).toEqual([false, false]);
  expect(untouched.flatMap(({ kinds }) => kinds).filter((kind) => kind.startsWith("code-"))).toEqual([]);

  for (const [what, name, content] of edits) {
    const path = join(tree, name);
    const before = await readFile(path).catch(() => undefined);
    await writeFile(path, content);
    const kinds = expect.arrayContaining(["code-not-committed"]);
    expect({ what, ...(await run()) }).toEqual({ what, dirty: true, kinds });
    if (before === undefined) await rm(path);
    else await writeFile(path, before);
  }
});

test("warns of a snapshot that a suite writes, by which its test passes from then on", async () => {
  const { run } = await prepareWriting("shop.spec.ts-snapshots/shop.png");
  expect(await run()).toEqual({ dirty: false, kinds: expect.arrayContaining(["code-changed-meanwhile"]) });
});
