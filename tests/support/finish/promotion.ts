import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Client } from "pg";
import { onTestFinished } from "vitest";
import * as z from "zod";
import { promotionAnswerSchema } from "../../../schemas/promotion/promotion-answer.ts";
import type { ExperimentRef } from "../../../src/experiments/layout.ts";
import { readPromotion } from "../../../src/experiments/promotion.ts";
import { asBranchName } from "../../../src/lakebase/branches/branch-id.ts";
import { createBranch } from "../../../src/lakebase/branches/create-branch.ts";
import { openConnection } from "../../../src/lakebase/connection/connection.ts";
import { listRuns } from "../../../src/runs/journal/journal.ts";
import { localLakebase } from "../lakebase.ts";
import { script } from "../plans.ts";
import { temporaryRepository } from "../repository.ts";
import { endWorkers, type Server, waitFor } from "../runs.ts";
import { startServer, uniqueFeature } from "../server.ts";

const answerSchema = z.object({ ...promotionAnswerSchema.shape, next_step: z.string() });

/** Runs SQL with the login in the environment, wherever the file is. */
export const sqlScript = (sql: string) => `
  const { Client } = require(${JSON.stringify(createRequire(import.meta.url).resolve("pg"))});
  const client = new Client({ connectionString: process.env.DATABASE_URL });
  client.connect().then(() => client.query(${JSON.stringify(sql)})).then(() => client.end()).catch((error) => {
    console.error(error.message);
    process.exit(1);
  });`;

/** The shop's migration, which can be run again, like any tool's. */
const migration = sqlScript(
  `create table if not exists _sqlx_migrations (version bigint primary key, success boolean);
   create table if not exists orders (id int primary key);
   insert into _sqlx_migrations values (2, true) on conflict do nothing`,
);

export interface PromotionOptions {
  /** In addition to `suites`, `setup` and `parent_branch`. */
  plan?: object;
  promote?: object | undefined;
  worktree?: boolean;
  /** Files of the first commit. */
  files?: Record<string, string>;
  /** Files that the experiment adds. */
  design?: Record<string, string>;
  env?: Record<string, string>;
}

/**
 * A shop in a git repository, its parent branch, and an experiment with a worktree and a winning run: ready to be
 * promoted.
 */
export async function preparePromotion(options: PromotionOptions = {}) {
  const { plan = {}, worktree = true, env = {} } = options;
  const promote = "promote" in options ? options.promote : { migrate: [process.execPath, "migrate.cjs"] };
  const shop = await temporaryRepository();
  const files = { "shop.txt": "one\n", ".gitignore": "*.local\n", ...options.files };
  await shop.commit("main", { "migrate.cjs": migration, "migrations/2_orders.sql": "", ...files });
  const server = await startServer({ workspace: shop.directory, env });
  const feature_id = uniqueFeature();
  const parent = `parent-${feature_id.toLowerCase()}`;
  const lakebase = localLakebase();
  await createBranch(lakebase, { branch: parent, expiry: { no_expiry: true } });
  const suites = { api: script("process.exit(require('node:fs').existsSync('design.txt') ? 0 : 1)") };
  const setup = [process.execPath, "migrate.cjs"];
  const writePlan = (more: object = {}) =>
    server.writePlan(feature_id, { parent_branch: parent, setup, suites, promote, ...plan, ...more });
  await writePlan();
  const ref: ExperimentRef = { workspace: shop.directory, feature_id, experiment_slug: "exp-a" };
  const cut = await server.call(
    z.object({ experiments: z.array(z.object({ code_directory: z.string() })) }),
    "create_experiments",
    { feature_id, worktree, experiments: [{ experiment_slug: "exp-a" }] },
  );
  onTestFinished(() => endWorkers(shop.directory));
  const code = cut.experiments[0]?.code_directory ?? "";
  const write = async (directory: string, changes: Record<string, string>) => {
    for (const [name, content] of Object.entries(changes)) {
      await mkdir(dirname(join(directory, name)), { recursive: true });
      await writeFile(join(directory, name), content);
    }
  };
  /** Commits files in the experiment's code. */
  const commit = async (changes: Record<string, string>, directory = code) => {
    await write(directory, changes);
    await shop.git("-C", directory, "add", "--all", "--", ".", ":(exclude).tdd");
    await shop.git("-C", directory, "commit", "--quiet", "-m", "change");
    return shop.git("-C", directory, "rev-parse", "HEAD");
  };
  const run = async () => {
    const { run_id } = await server.call(z.object({ run_id: z.string() }), "run_experiments", { feature_id });
    return waitFor(server, run_id);
  };
  const design = await commit({ "design.txt": "a design\n", ...options.design });
  await run();

  const input = { feature_id, experiment_slug: "exp-a" };
  const ask = (more: object = {}, by: Server = server) =>
    by.call(answerSchema, "promote_experiment", { ...input, wait_seconds: 45, ...more });
  /** Verifies, whatever the outcome. */
  const verify = async () => {
    const begun = await ask({ verify: true });
    if (begun.run_id !== undefined) await waitFor(server, begun.run_id);
    return ask();
  };
  return {
    ...{ ...shop, server, ref, feature_id, parent, code, design, input, lakebase },
    ...{ write, commit, run, ask, verify, writePlan },
    /** Promotes, however long it takes. */
    confirm: async (more: object = {}) => {
      const begun = await ask({ confirm: true, ...more });
      if (begun.state !== "promoting") return begun;
      await waitFor(server, begun.run_id ?? "");
      return ask();
    },
    refuse: (more: object = {}) => server.fail("promote_experiment", { ...input, wait_seconds: 45, ...more }),
    tip: (name = "main") => shop.git("rev-parse", name),
    inCheckout: (name: string) => readFile(join(shop.directory, name), "utf8"),
    journal: () => readPromotion(ref),
    runs: () => listRuns(shop.directory),
    /** Runs SQL on a branch. */
    sql: async (text: string, branch = parent) => {
      const { host, port, user, password, database } = await openConnection(lakebase, asBranchName(branch));
      const client = new Client({ host, port, user, password, database });
      await client.connect();
      const { rows } = await client.query<Record<string, unknown>>(text);
      await client.end();
      return rows;
    },
  };
}

export type Prepared = Awaited<ReturnType<typeof preparePromotion>>;

/** Reads the state before, during and after: the parent's tables, the target, and what a verification leaves. */
export async function readPromotionState({ sql, tip, git, directory, server, feature_id }: Prepared) {
  const tables = await sql("select tablename from pg_tables where schemaname = 'public' order by 1");
  const { branches } = await server.call(
    z.object({ branches: z.array(z.object({ branch: z.string() })) }),
    "list_branches",
    { contains: feature_id.toLowerCase() },
  );
  const worktrees = (await git("worktree", "list", "--porcelain"))
    .split("\n")
    .filter((line) => line.startsWith("worktree "));
  return {
    tables: tables.map(({ tablename }) => tablename),
    tip: await tip(),
    branches: branches.map(({ branch }) => branch).sort(),
    worktrees: worktrees.map((line) => line.slice("worktree ".length)).filter((path) => path !== directory),
  };
}
