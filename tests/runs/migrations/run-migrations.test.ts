import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { schemaDifferenceSchema } from "../../../schemas/comparison/schema-change.ts";
import { casesFileSchema } from "../../../schemas/plan/report.ts";
import { artifactPath, runDirectory } from "../../../src/experiments/layout.ts";
import { findWorkerPid, isAlive, kill, prepareRun, waitFor } from "../../support/race.ts";

/** A setup in JavaScript, with `query` for the branch, and `gate(path)` that waits for a file. */
const setup = (source: string) => [
  process.execPath,
  "--input-type=module",
  "-e",
  `import fs from "node:fs";
   import pg from ${JSON.stringify(resolve("node_modules/pg/esm/index.mjs"))};
   const slug = process.env.EXPERIMENT_SLUG;
   const isFork = process.env.LAKEBASE_BRANCH.includes("-infra-");
   const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
   await client.connect();
   const query = (text) => client.query(text);
   const gate = async (path) => { while (!fs.existsSync(path)) await new Promise((next) => setTimeout(next, 20)); };
   ${source}
   await client.end();`,
];

const branchesSchema = z.looseObject({ branches: z.array(z.looseObject({ branch: z.string() })) });

test("the ready suite counts what is to be expected of a setup, on a fork that is gone afterwards", async () => {
  const race = await prepareRun(
    () => ({
      setup: setup(`
        if (slug === "exp-breaks" && isFork) throw new Error("not on this one");
        await query("create table " + (slug === "exp-once" ? "" : "if not exists ") + "own (id int)");
        if (slug === "exp-drifts") await query("alter table own add column c" + Date.now() + " int");`),
      suites: { infra: { builtin: "migrations" } },
    }),
    ["exp-breaks", "exp-drifts", "exp-once", "exp-steady"],
  );
  const { server, workspace, feature_id } = race;
  const run = await waitFor(server, (await race.start()).run_id);
  expect(run.results).toMatchObject([
    { status: "failed", by_tag: { infra: { passed: 0, failed: 1 } } },
    { status: "failed", by_tag: { infra: { passed: 2, failed: 1 } } },
    { status: "failed", by_tag: { infra: { passed: 2, failed: 1 } } },
    { status: "succeeded", by_tag: { infra: { passed: 3, failed: 0 } } },
  ]);
  const read = async (slug: string, name: string): Promise<unknown> =>
    JSON.parse(await race.artifact(slug, name));
  const failures = async (slug: string) =>
    casesFileSchema
      .parse(await read(slug, "infra.cases.json"))
      .cases.flatMap(({ status, failure = "" }) => (status === "failed" ? failure : []));
  expect(await failures("exp-breaks")).toEqual([expect.stringContaining("exited with status 1")]);
  expect(await failures("exp-once")).toEqual([expect.stringContaining("exited with status 1")]);
  expect(await failures("exp-drifts")).toEqual([
    expect.stringMatching(/The second run changed the schema: \+column public\.own\.c\d+\./),
  ]);
  expect(await race.artifact("exp-once", "infra/again/stderr.log")).toContain(
    'relation "own" already exists',
  );
  const difference = schemaDifferenceSchema.parse(await read("exp-steady", "infra/schema-diff.json"));
  expect(difference.changes).toMatchObject([{ change: "added", kind: "table", object: "public.own" }]);

  const names = (
    await server.call(branchesSchema, "list_branches", { contains: feature_id.toLowerCase() })
  ).branches.map(({ branch }) => branch);
  expect(names.filter((name) => name.includes("-infra-"))).toEqual([]);
  expect(names).toHaveLength(4);
  expect(await race.compare()).toMatchObject({ recommendation: "promote", winners: ["exp-steady"] });
  const ref = { workspace, feature_id, experiment_slug: "exp-steady" };
  expect(existsSync(artifactPath(ref, "C1", "infra/again-schema-diff.json"))).toBe(false);
});

test("a worker that is killed meanwhile leaves no fork behind", async () => {
  const race = await prepareRun(
    (workspace) => ({
      setup: setup(`
        if (isFork) { fs.writeFileSync(${JSON.stringify(join(workspace, "forked"))}, String(process.pid)); await gate("never"); }`),
      suites: { infra: { builtin: "migrations" } },
    }),
    ["exp-a"],
  );
  const { server, workspace, feature_id } = race;
  const { run_id } = await race.start();
  await expect.poll(() => existsSync(join(workspace, "forked")), { timeout: 60_000 }).toBe(true);
  const listed = async () =>
    (await server.call(branchesSchema, "list_branches", { contains: feature_id.toLowerCase() })).branches
      .map(({ branch }) => branch)
      .filter((name) => name.includes("-infra-"));
  expect(await listed()).toHaveLength(1);
  const pid = Number(await readFile(join(workspace, "forked"), "utf8"));
  kill(await findWorkerPid(workspace, run_id));
  await expect.poll(listed, { timeout: 60_000 }).toEqual([]);
  await expect.poll(() => isAlive(pid)).toBe(false);
  const forks = join(runDirectory(workspace, run_id), "forks");
  await expect.poll(() => readdir(forks), { timeout: 10_000 }).toEqual([]);
});
