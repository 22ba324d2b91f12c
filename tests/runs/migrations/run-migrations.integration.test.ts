import { existsSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { schemaDifferenceSchema } from "../../../schemas/comparison/schema-change.ts";
import { casesFileSchema } from "../../../schemas/plan/report.ts";
import { artifactPath, runDirectory } from "../../../src/experiments/layout.ts";
import {
  findProcesses,
  findWorkerPid,
  isAlive,
  kill,
  openGate,
  prepareRun,
  waitFor,
} from "../../support/runs.ts";
import { isSkipped } from "../../support/vitest/skip.ts";

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

/** Processes are looked up there alone. */
const linux = test.skipIf(
  isSkipped(
    process.platform !== "linux",
    "processes that a killed run leaves are looked up in /proc, which only Linux has",
  ),
);

const branchesSchema = z.looseObject({ branches: z.array(z.looseObject({ branch: z.string() })) });

test("the built-in migrations suite tests a setup on a fork, which it then deletes", async () => {
  const feature = await prepareRun(
    () => ({
      setup: setup(`
        if (slug === "exp-breaks" && isFork) throw new Error("not on this one");
        await query("create table " + (slug === "exp-once" ? "" : "if not exists ") + "own (id int)");
        if (slug === "exp-drifts") await query("alter table own add column c" + Date.now() + " int");`),
      suites: { infra: { builtin: "migrations" } },
    }),
    ["exp-breaks", "exp-drifts", "exp-once", "exp-steady"],
  );
  const { server, workspace, feature_id } = feature;
  const run = await waitFor(server, (await feature.start()).run_id);
  expect(run.results).toMatchObject([
    { status: "failed", by_tag: { infra: { passed: 0, failed: 1 } } },
    { status: "failed", by_tag: { infra: { passed: 2, failed: 1 } } },
    { status: "failed", by_tag: { infra: { passed: 2, failed: 1 } } },
    { status: "succeeded", by_tag: { infra: { passed: 3, failed: 0 } } },
  ]);
  const read = async (slug: string, name: string): Promise<unknown> =>
    JSON.parse(await feature.artifact(slug, name));
  const failures = async (slug: string) =>
    casesFileSchema
      .parse(await read(slug, "infra.cases.json"))
      .cases.flatMap(({ status, failure = "" }) => (status === "failed" ? failure : []));
  expect(await failures("exp-breaks")).toEqual([expect.stringContaining("exited with status 1")]);
  expect(await failures("exp-once")).toEqual([expect.stringContaining("exited with status 1")]);
  expect(await failures("exp-drifts")).toEqual([
    expect.stringMatching(/The second run changed the schema: \+column public\.own\.c\d+\./),
  ]);
  expect(await feature.artifact("exp-once", "infra/again/stderr.log")).toContain(
    'relation "own" already exists',
  );
  const difference = schemaDifferenceSchema.parse(await read("exp-steady", "infra/schema-diff.json"));
  expect(difference.changes).toMatchObject([{ change: "added", kind: "table", object: "public.own" }]);

  const names = (
    await server.call(branchesSchema, "list_branches", { contains: feature_id.toLowerCase() })
  ).branches.map(({ branch }) => branch);
  expect(names.filter((name) => name.includes("-infra-"))).toEqual([]);
  expect(names).toHaveLength(4);
  expect(await feature.compare()).toMatchObject({ recommendation: "promote", winners: ["exp-steady"] });
  const ref = { workspace, feature_id, experiment_slug: "exp-steady" };
  expect(existsSync(artifactPath(ref, "C1", "infra/again-schema-diff.json"))).toBe(false);
});

linux("a killed run leaves no fork behind, with or without its watchdog", async () => {
  const feature = await prepareRun(
    (workspace) => ({
      setup: setup(`
        if (isFork) {
          fs.writeFileSync(${JSON.stringify(join(workspace, "forked"))}, String(process.pid));
          await gate(${JSON.stringify(join(workspace, "gate"))});
        }`),
      suites: { infra: { builtin: "migrations" } },
    }),
    ["exp-a"],
  );
  const { server, workspace, feature_id } = feature;
  const listForks = async () =>
    (await server.call(branchesSchema, "list_branches", { contains: feature_id.toLowerCase() })).branches
      .map(({ branch }) => branch)
      .filter((name) => name.includes("-infra-"));
  const readForkedPid = async () => Number(await readFile(join(workspace, "forked"), "utf8").catch(() => ""));
  /** A run that has forked, and is at its setup there. */
  const startForked = async () => {
    await rm(join(workspace, "forked"), { force: true });
    const { run_id } = await feature.start();
    await expect.poll(readForkedPid).toBeGreaterThan(0);
    return run_id;
  };

  const first = await startForked();
  expect(await listForks()).toHaveLength(1);
  const pid = await readForkedPid();
  kill(await findWorkerPid(workspace, first));
  await expect.poll(listForks).toEqual([]);
  await expect.poll(() => isAlive(pid)).toBe(false);
  const records = join(runDirectory(workspace, first), "forks");
  await expect.poll(() => readdir(records)).toEqual([]);

  const second = await startForked();
  const [left] = await listForks();
  const processes = await findProcesses(second);
  expect(processes.map(({ role }) => role).sort()).toEqual(["watchdog", "worker"]);
  for (const { pid } of processes.sort((a, b) => (a.role < b.role ? -1 : 1))) kill(pid);
  await openGate(join(workspace, "gate"));
  expect(await listForks()).toEqual([left]);
  const last = await waitFor(server, (await feature.start()).run_id);
  expect(last.results).toMatchObject([{ status: "succeeded", by_tag: { infra: { passed: 3, failed: 0 } } }]);
  expect(await listForks()).toEqual([]);
});
