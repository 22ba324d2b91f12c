import { chmod, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { findExperiment } from "../../src/experiments/experiments.ts";
import { startCli } from "../support/cli.ts";
import { script } from "../support/plans.ts";
import { startServer, uniqueFeature } from "../support/server.ts";

const cutSchema = z.object({
  experiments: z.array(z.object({ experiment_slug: z.string(), branch: z.string(), created: z.boolean() })),
  errors: z.array(z.object({ experiment_slug: z.string(), code: z.string(), hint: z.string() })),
});

/** Servers on workspaces of their own, as of people who share a project, with a feature of the same name. */
async function people(...envs: Record<string, string>[]) {
  const feature_id = uniqueFeature();
  const slugs = ["exp-a", "exp-b", "exp-c"];
  const experiments = slugs.map((experiment_slug) => ({ experiment_slug }));
  const servers = await Promise.all(envs.map((env) => startServer({ env })));
  for (const { writePlan } of servers) await writePlan(feature_id, { suites: { api: script("") } });
  return servers.map((server) => ({
    ...server,
    feature_id,
    cut: (input = {}) => server.call(cutSchema, "create_experiments", { feature_id, experiments, ...input }),
    uid: async (experiment_slug: string) =>
      (await findExperiment({ workspace: server.workspace, feature_id, experiment_slug }))?.branch_uid,
  }));
}

test("a branch of one workspace is not taken, read or deleted by another that uses the same names", async () => {
  const [a, b] = await people({}, {});
  expect((await a?.cut())?.errors).toEqual([]);
  const before = await a?.uid("exp-a");
  for (const fresh of [false, true]) {
    const { experiments, errors } = (await b?.cut({ fresh })) ?? { experiments: [], errors: [] };
    expect(experiments).toEqual([]);
    expect(errors).toHaveLength(3);
    for (const { code, hint } of errors) {
      expect(code).toBe("branch_conflict");
      expect(hint).toContain("LAKEBASE_BRANCH_PREFIX");
      expect(hint).not.toContain("fresh");
    }
  }
  const { stderr } = await startCli(b?.workspace ?? "", ["exec", b?.feature_id ?? "", "exp-a", "--", "true"]);
  expect(stderr).toContain("unknown_experiment");
  expect((await a?.cut())?.experiments.map(({ created }) => created)).toEqual([false, false, false]);
  expect(await a?.uid("exp-a")).toBe(before);
});

test("a prefix keeps the branches of people apart", async () => {
  const [a, b] = await people({}, { LAKEBASE_BRANCH_PREFIX: "kai" });
  const [of_a, of_b] = await Promise.all([a?.cut(), b?.cut()]);
  expect([of_a?.errors, of_b?.errors]).toEqual([[], []]);
  expect(of_b?.experiments[0]?.branch).toBe(`kai--${of_a?.experiments[0]?.branch}`);
  expect(await b?.call(z.looseObject({}), "check_setup")).toMatchObject({ branch_prefix: "kai" });
});

test("of two that race for the same names, each branch goes to one", async () => {
  const both = await people({}, {});
  const answers = await Promise.all(both.map(({ cut }) => cut()));
  for (const slug of ["exp-a", "exp-b", "exp-c"]) {
    const made = answers.filter(({ experiments }) =>
      experiments.some(({ experiment_slug, created }) => experiment_slug === slug && created),
    );
    const refused = answers.filter(({ errors }) =>
      errors.some(({ experiment_slug, code }) => experiment_slug === slug && code === "branch_conflict"),
    );
    expect({ slug, made: made.length, refused: refused.length }).toEqual({ slug, made: 1, refused: 1 });
  }
});

test("two calls for the same experiments at once make each once", async () => {
  const [a] = await people({});
  const again = await startServer({ workspace: a?.workspace ?? "" });
  const { feature_id = "" } = a ?? {};
  const experiments = ["exp-a", "exp-b"].map((experiment_slug) => ({ experiment_slug }));
  const input = { feature_id, experiments };
  const answers = await Promise.all([
    a?.cut({ experiments }),
    a?.cut({ experiments }),
    again.call(cutSchema, "create_experiments", input),
  ]);
  const made = answers.flatMap((answer) => answer?.experiments ?? []);
  expect(answers.flatMap((answer) => answer?.errors ?? [])).toEqual([]);
  expect(made.filter(({ created }) => created)).toHaveLength(2);
  expect(made).toHaveLength(6);
});

test("a server that is killed between the branch and its record leaves a branch that the next call finds", async () => {
  const [first, stranger] = await people({}, {});
  const { workspace = "", feature_id = "" } = first ?? {};
  const flag = join(workspace, "killed");
  const cli = join(workspace, "killing-cli");
  const local = resolve("dist/lakebase-local.js");
  await writeFile(
    cli,
    `#!/bin/sh
"${process.execPath}" "${local}" "$@"; status=$?
if [ "$2" = create-branch ] && [ ! -e "${flag}" ]; then touch "${flag}"; kill -9 $PPID; fi
exit $status
`,
  );
  await chmod(cli, 0o755);
  const victim = await startServer({ workspace, env: { LAKEBASE_CLI: cli } });
  const experiments = [{ experiment_slug: "exp-a" }];
  await expect(victim.call(cutSchema, "create_experiments", { feature_id, experiments })).rejects.toThrow();
  expect(await first?.uid("exp-a")).toBeUndefined();

  expect((await stranger?.cut({ experiments }))?.errors).toMatchObject([{ code: "branch_conflict" }]);
  expect(await first?.cut({ experiments })).toMatchObject({ errors: [], experiments: [{ created: true }] });
  expect(await first?.uid("exp-a")).toMatch(/^br-/);
  expect((await first?.cut({ experiments }))?.experiments).toMatchObject([{ created: false }]);
});
