import { expect, test } from "vitest";
import * as z from "zod";
import { readOutcomes, writeOutcomes } from "../../src/experiments/outcomes/outcomes.ts";
import { testBranch } from "../database/database.ts";
import { script } from "../support/plans.ts";
import { answerSchema, waitFor } from "../support/runs.ts";
import { startServer, uniqueFeature } from "../support/server.ts";

const cutSchema = z.looseObject({ errors: z.array(z.unknown()), warnings: z.array(z.string()) });

test("what a parent gains after the fork is no change of an experiment", async () => {
  const { connect } = await testBranch("growing-parent", { no_expiry: true });
  const server = await startServer();
  const feature_id = uniqueFeature();
  await server.writePlan(feature_id, { suites: { api: script("") }, parent_branch: "growing-parent" });
  const experiments = ["exp-a", "exp-b"].map((experiment_slug) => ({ experiment_slug }));
  await server.call(cutSchema, "create_experiments", { feature_id, experiments, worktree: false });
  const client = await connect();
  await client.query("create table later (id bigint)");
  await client.end();
  await waitFor(server, (await server.call(answerSchema, "run_experiments", { feature_id })).run_id);
  for (const { experiment_slug } of experiments)
    expect(await readOutcomes({ workspace: server.workspace, feature_id, experiment_slug })).toMatchObject({
      schema_diff_summary: "no difference",
    });
});

test("create_experiments warns about a copied job queue until the experiments have run", async () => {
  const { connect } = await testBranch("jobs-parent", { no_expiry: true });
  const client = await connect();
  await client.query(`
    create schema jobs;
    create table jobs.oban_jobs (id bigserial primary key, state text not null default 'available', worker text,
      attempted_by text[]);
    insert into jobs.oban_jobs (worker) select 'Mail' from generate_series(1, 1200);
  `);
  await client.end();
  const server = await startServer();
  const feature_id = uniqueFeature();
  await server.writePlan(feature_id, { suites: { api: script("") }, parent_branch: "jobs-parent" });
  const input = { feature_id, experiments: [{ experiment_slug: "exp-a" }], worktree: false };
  const about = (warnings: string[]) => warnings.filter((warning) => warning.includes("Oban"));

  const cut = await server.call(cutSchema, "create_experiments", input);
  expect(cut.errors).toEqual([]);
  expect(about(cut.warnings)).toEqual([
    "The branches copied 1,200 waiting jobs of Oban from jobs-parent (jobs.oban_jobs): a suite that starts workers would run them. Start no workers, or empty the queue in the plan's setup: delete from jobs.oban_jobs where state::text in ('available', 'suspended', 'scheduled', 'executing', 'retryable')",
  ]);
  expect(about((await server.call(cutSchema, "create_experiments", input)).warnings)).toHaveLength(1);

  await writeOutcomes(
    { workspace: server.workspace, feature_id, experiment_slug: "exp-a" },
    { status: "failed" },
  );
  expect(about((await server.call(cutSchema, "create_experiments", input)).warnings)).toEqual([]);

  const parent_branch = "production";
  const others = [{ experiment_slug: "exp-b" }];
  const plain = { ...input, experiments: others, parent_branch };
  expect(about((await server.call(cutSchema, "create_experiments", plain)).warnings)).toEqual([]);
});
