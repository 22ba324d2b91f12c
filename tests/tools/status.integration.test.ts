import { chmod, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { experimentSummarySchema, featureStatusSchema } from "../../schemas/status.ts";
import { deleteBranch } from "../../src/lakebase/branches/delete-branch.ts";
import { startCli } from "../support/cli.ts";
import { script } from "../support/plans.ts";
import { answerSchema, findSuitePid, loggedScript, openGate, waitFor } from "../support/runs.ts";
import { startServer } from "../support/server.ts";
import { closeRecord, openShop } from "../support/shop.ts";

const statusSchema = z.object({
  features: z.array(featureStatusSchema.extend({ next_step: z.string() })),
  experiments: z.array(experimentSummarySchema).optional(),
  ...{ warnings: z.array(z.string()), next_cursor: z.string().nullable(), next_step: z.string() },
});

/** Of what was made during the test, also on a busy machine. */
const fewMinutes = expect.schemaMatching(z.number().int().min(0).max(10));

test("shows a feature's phase, experiments and next step, from its plan until it is closed", async () => {
  const shop = await openShop();
  const { server, workspace, feature_id, create, lakebase, own } = shop;
  const ask = async () => {
    const {
      features,
      experiments = [],
      ...rest
    } = await server.call(statusSchema, "get_status", { feature_id });
    return { ...rest, feature: features[0], experiments };
  };
  const gate = join(workspace, ".tdd", "gate");
  const source = `await gate(${JSON.stringify(gate)}); if (slug === "exp-b") process.exit(1)`;
  await server.writePlan(feature_id, { suites: { api: loggedScript(workspace, source) } });
  expect(await ask()).toMatchObject({
    feature: { phase: "planned", open: 0, closed: 0 },
    experiments: [],
    next_step: `Call create_experiments with feature_id ${feature_id}.`,
  });

  await create("exp-a", "exp-b");
  expect(await ask()).toMatchObject({
    feature: { phase: "cut", open: 2, branch_minutes: fewMinutes, recommendation: "continue" },
    experiments: [
      {
        experiment_slug: "exp-a",
        state: "open",
        branch_state: "there",
        signal: "not_started",
        age_minutes: fewMinutes,
      },
      { experiment_slug: "exp-b", expires_in_minutes: expect.any(Number) },
    ],
    next_step: expect.stringContaining("run_experiments"),
  });

  const { run_id } = await server.call(answerSchema, "run_experiments", { feature_id });
  await findSuitePid(workspace, "exp-a", "api");
  expect(await ask()).toMatchObject({
    feature: {
      phase: "running",
      waits_for: [`run ${run_id} is running`],
      last_run: { run_id, state: "running" },
    },
    next_step: `Call wait_for_run with run_id ${run_id}.`,
  });
  await openGate(gate);
  await waitFor(server, run_id);
  expect(await ask()).toMatchObject({
    feature: { phase: "decided", recommendation: "promote", waits_for: [] },
    experiments: [
      { signal: "winning", last_run: { run_id, cycle_id: "C1", state: "finished" } },
      { signal: "failing" },
    ],
    next_step: expect.stringContaining("exp-a"),
  });

  await deleteBranch(lakebase, `${own}--exp-a`, { owned: true });
  await (await closeRecord(shop, "exp-b"))();
  const closed = await ask();
  expect(closed).toMatchObject({
    feature: { open: 1, closed: 1 },
    experiments: [
      { experiment_slug: "exp-a", branch_state: "gone" },
      { experiment_slug: "exp-b", state: "closed", closed: { status: "abandoned", reason: "too slow" } },
    ],
  });
  expect(closed.feature?.warnings[0]).toMatch(/^exp-a: the branch no longer exists/);
  const archive = await closeRecord(shop, "exp-a", { status: "promoted" });
  expect(await ask()).toMatchObject({
    feature: { waits_for: ["closing exp-a was interrupted"] },
    next_step: "Call close_experiments with experiment_slugs exp-a.",
  });
  const shown = await startCli(workspace, ["status", feature_id]);
  expect(shown.stdout).toMatch(/exp-b +closed .*abandoned: too slow/);
  expect(shown.stdout).toContain(`lakebase-experiments close ${feature_id} exp-a`);
  await archive();
  expect(await ask()).toMatchObject({ feature: { phase: "closed", open: 0, closed: 2 } });
  expect(await server.fail("get_status", { feature_id: "F404" })).toMatchObject({ code: "unknown_feature" });
});

test("lists all features in small pages, with a single call to Lakebase or without it", async () => {
  const { workspace, create, feature_id } = await openShop();
  await create("exp-a");
  const calls = join(workspace, ".tdd", "calls");
  const cli = join(workspace, ".tdd", "counting-cli");
  await writeFile(
    cli,
    `#!/bin/sh\necho "$2" >> "${calls}"\nexec "${process.execPath}" "${resolve("dist/lakebase-local.js")}" "$@"\n`,
  );
  await chmod(cli, 0o755);
  const counted = await startServer({ workspace, env: { LAKEBASE_CLI: cli } });
  for (let index = 10; index < 40; index++)
    await counted.writePlan(`F-long-name-of-a-feature-${index}`, { suites: { api: script("") } });
  const names: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const input = cursor === undefined ? {} : { cursor };
    const answer = await counted.call(statusSchema, "get_status", input);
    expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(8_192);
    names.push(...answer.features.map((feature) => feature.feature_id));
    cursor = answer.next_cursor;
  }
  expect(names).toHaveLength(31);
  expect(names[0]).toBe(feature_id);
  const pages = Math.ceil(names.length / 12);
  expect((await readFile(calls, "utf8")).trim().split("\n")).toEqual(Array(pages).fill("list-branches"));

  const alone = await startServer({ workspace, env: { LAKEBASE_CLI: "/no/such/cli" } });
  const answer = await alone.call(statusSchema, "get_status", { feature_id });
  expect(answer).toMatchObject({
    warnings: [expect.stringContaining("could not be reached")],
    features: [{ phase: "cut", open: 1 }],
    experiments: [{ experiment_slug: "exp-a", signal: "not_started", age_minutes: fewMinutes }],
  });
  expect(answer.experiments?.[0]).not.toHaveProperty("branch_state");
});
