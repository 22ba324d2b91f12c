import { chmod, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, inject, test } from "vitest";
import * as z from "zod";
import { findExperiment } from "../../src/experiments/experiments.ts";
import { createBranch } from "../../src/lakebase/branches/create-branch.ts";
import { deleteBranch } from "../../src/lakebase/branches/delete-branch.ts";
import { openLakebase } from "../../src/lakebase/lakebase.ts";
import { startCli } from "../support/cli.ts";
import { script } from "../support/plans.ts";
import { answerSchema, waitFor } from "../support/runs.ts";
import { startServer, uniqueFeature } from "../support/server.ts";

const cutSchema = z.object({
  experiments: z.array(z.object({ experiment_slug: z.string(), branch: z.string(), created: z.boolean() })),
  errors: z.array(z.object({ experiment_slug: z.string(), code: z.string(), hint: z.string() })),
});

const slugs = ["exp-a", "exp-b"];

/** A server on a workspace of its own, as of one of several who share a project and name a feature alike. */
async function startPerson(feature_id: string, env: Record<string, string> = {}) {
  const server = await startServer({ env });
  const { workspace, call } = server;
  await server.writePlan(feature_id, { suites: { api: script("") } });
  return {
    ...server,
    feature_id,
    cut: (input: { only?: string[]; fresh?: boolean } = {}) => {
      const { only = slugs, ...rest } = input;
      const experiments = only.map((experiment_slug) => ({ experiment_slug }));
      return call(cutSchema, "create_experiments", { feature_id, experiments, ...rest });
    },
    uid: async (experiment_slug: string) =>
      (await findExperiment({ workspace, feature_id, experiment_slug }))?.branch_uid,
    exec: async () => (await startCli(workspace, ["exec", feature_id, "exp-a", "--", "true"])).stderr,
  };
}

test("a workspace does not take, read or delete a branch of another one with the same names", async () => {
  const feature_id = uniqueFeature();
  const [a, b] = [await startPerson(feature_id), await startPerson(feature_id)];
  expect((await a.cut()).errors).toEqual([]);
  const before = await a.uid("exp-a");
  for (const fresh of [false, true]) {
    const { experiments, errors } = await b.cut({ fresh });
    expect(experiments).toEqual([]);
    expect(errors).toHaveLength(2);
    for (const { code, hint } of errors) {
      expect(code).toBe("branch_conflict");
      expect(hint).toContain("LAKEBASE_BRANCH_PREFIX");
      expect(hint).not.toContain("fresh");
    }
  }
  expect(await b.exec()).toContain("unknown_experiment");
  expect((await a.cut()).experiments.map(({ created }) => created)).toEqual([false, false]);
  expect(await a.uid("exp-a")).toBe(before);
});

test("a prefix keeps people's branches apart", async () => {
  const feature_id = uniqueFeature();
  const a = await startPerson(feature_id);
  const b = await startPerson(feature_id, { LAKEBASE_BRANCH_PREFIX: "kai" });
  const [ofA, ofB] = await Promise.all([a.cut(), b.cut()]);
  expect([ofA.errors, ofB.errors]).toEqual([[], []]);
  expect(ofB.experiments[0]?.branch).toBe(`kai--${ofA.experiments[0]?.branch}`);
  expect(await b.call(z.looseObject({}), "check_setup")).toMatchObject({ branch_prefix: "kai" });
});

test("when two ask for the same names, each branch goes to one of them", async () => {
  const feature_id = uniqueFeature();
  const both = [await startPerson(feature_id), await startPerson(feature_id)];
  const answers = await Promise.all(both.map(({ cut }) => cut()));
  for (const slug of slugs) {
    const made = answers.filter(({ experiments }) =>
      experiments.some(({ experiment_slug, created }) => experiment_slug === slug && created),
    );
    const refused = answers.filter(({ errors }) =>
      errors.some(({ experiment_slug, code }) => experiment_slug === slug && code === "branch_conflict"),
    );
    expect({ slug, made: made.length, refused: refused.length }).toEqual({ slug, made: 1, refused: 1 });
  }
});

test("simultaneous calls for the same experiments create each one once", async () => {
  const a = await startPerson(uniqueFeature());
  const again = await startServer({ workspace: a.workspace });
  const experiments = slugs.map((experiment_slug) => ({ experiment_slug }));
  const answers = await Promise.all([
    a.cut(),
    a.cut(),
    again.call(cutSchema, "create_experiments", { feature_id: a.feature_id, experiments }),
  ]);
  const made = answers.flatMap((answer) => answer.experiments);
  expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
  expect(made.filter(({ created }) => created)).toHaveLength(2);
  expect(made).toHaveLength(6);
});

test("the next call finds the branch of a server that was killed before it wrote the record", async () => {
  const feature_id = uniqueFeature();
  const [first, stranger] = [await startPerson(feature_id), await startPerson(feature_id)];
  const flag = join(first.workspace, "killed");
  const cli = join(first.workspace, "killing-cli");
  await writeFile(
    cli,
    `#!/bin/sh
"${process.execPath}" "${resolve("dist/lakebase-local.js")}" "$@"; status=$?
if [ "$2" = create-branch ] && [ ! -e "${flag}" ]; then touch "${flag}"; kill -9 $PPID; fi
exit $status
`,
  );
  await chmod(cli, 0o755);
  const victim = await startServer({ workspace: first.workspace, env: { LAKEBASE_CLI: cli } });
  const input = { feature_id, experiments: [{ experiment_slug: "exp-a" }] };
  await expect(victim.call(cutSchema, "create_experiments", input)).rejects.toThrow();
  expect(await first.uid("exp-a")).toBeUndefined();

  const only = ["exp-a"];
  expect((await stranger.cut({ only })).errors).toMatchObject([{ code: "branch_conflict" }]);
  expect(await first.cut({ only })).toMatchObject({ errors: [], experiments: [{ created: true }] });
  expect(await first.uid("exp-a")).toMatch(/^br-/);
  expect((await first.cut({ only })).experiments).toMatchObject([{ created: false }]);
});

test("a branch that was deleted or created again elsewhere no longer belongs to the experiment", async () => {
  const a = await startPerson(uniqueFeature());
  const only = ["exp-a"];
  const branch = (await a.cut({ only })).experiments[0]?.branch ?? "";
  const lakebase = openLakebase({
    command: [process.execPath, resolve("dist/lakebase-local.js")],
    project: "local",
    env: { ...process.env, LAKEBASE_LOCAL_HOME: inject("localHome") },
  });
  expect(await a.exec()).toBe("");

  await deleteBranch(lakebase, branch, { owned: true });
  expect(await a.exec()).toMatch(/^branch_gone: .*\nCreate exp-a again/);

  const { uid } = (await createBranch(lakebase, { branch, expiry: { ttl: "3600s" } })).branch;
  expect(await a.exec()).toMatch(new RegExp(`^branch_replaced: .*${uid}`));
  const { run_id } = await a.call(answerSchema, "run_experiments", { feature_id: a.feature_id });
  expect((await waitFor(a, run_id)).results).toMatchObject([
    { status: "not_measured", error: { code: "branch_replaced" } },
  ]);
  for (const fresh of [false, true])
    expect((await a.cut({ only, fresh })).errors).toMatchObject([{ code: "branch_conflict" }]);

  await deleteBranch(lakebase, branch, { owned: true, uid });
  expect(await a.cut({ only })).toMatchObject({ experiments: [{ created: true }] });
  expect(await a.exec()).toBe("");
});
