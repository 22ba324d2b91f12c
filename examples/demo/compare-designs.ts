import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { comparisonAnswerSchema } from "../../schemas/comparison/comparison-answer.ts";
import { errorSchema } from "../../schemas/error.ts";
import { runSchema } from "../../schemas/run.ts";
import { renderTable } from "../../src/comparison/views/table.ts";
import { type Server, waitForRun } from "./client.ts";
import { countTags, formatPath, say, startSection } from "./say.ts";
import { feature_id, workspace, writeDesign } from "./workspace.ts";

const designs = [
  { experiment_slug: "exp-pg", notes: "Products, orders and order lines as tables." },
  { experiment_slug: "exp-json", notes: "The whole shop as one JSON document." },
];

/** Plans, creates experiments, runs and compares them. */
export async function compareDesigns(server: Server): Promise<void> {
  say(`Connected over stdio: ${server.tools.length} tools.`);
  await showPlan(server);
  await cut(server);
  await run(server);
  await compare(server);
}

async function showPlan({ call }: Server): Promise<void> {
  startSection("Plan: what every design of the feature must pass");
  const { plan_path } = await call(z.object({ plan_path: z.string() }), "create_plan", { feature_id });
  const planSchema = z.object({ suites: z.record(z.string(), z.unknown()) });
  const { suites } = planSchema.parse(JSON.parse(await readFile(plan_path, "utf8")));
  say(`${formatPath(plan_path)} has the suites ${Object.keys(suites).join(", ")}.`);
}

async function cut({ call }: Server): Promise<void> {
  startSection("Create: a Postgres branch and a git worktree for each design");
  const cutSchema = z.object({
    experiments: z.array(
      z.object({ experiment_slug: z.string(), branch: z.string(), code_directory: z.string() }),
    ),
    errors: z.array(errorSchema),
  });
  const { experiments, errors } = await call(cutSchema, "create_experiments", {
    feature_id,
    experiments: designs,
  });
  for (const { message, hint } of errors) throw new Error(`${message} ${hint}`);
  for (const { experiment_slug, branch, code_directory } of experiments) {
    const notes = designs.find((each) => each.experiment_slug === experiment_slug)?.notes ?? "";
    const commit = await writeDesign(code_directory, experiment_slug, `${experiment_slug}: ${notes}`);
    say(
      `${experiment_slug.padEnd(9)} branch ${branch}, design committed as ${commit} in ${formatPath(code_directory)}`,
    );
  }
}

async function run(server: Server): Promise<void> {
  startSection("Run: the suites of both, side by side");
  const started = await server.call(runSchema, "run_experiments", { feature_id });
  say(`Run ${started.run_id} started, ${started.concurrency} at once.`);
  let asked = false;
  const said = new Map<string, string>();
  const ended = await waitForRun(server, started.run_id, async ({ results }) => {
    for (const { experiment_slug, status, step = "", by_tag } of results) {
      const line = `  ${experiment_slug.padEnd(9)} ${`${status} ${step}`.padEnd(16)} ${countTags(by_tag)}`;
      if (said.get(experiment_slug) !== line) say(line.trimEnd());
      said.set(experiment_slug, line);
    }
    const open = results.filter(({ status }) => status === "queued" || status === "running");
    const isAnyCounted = results.some(({ by_tag }) => Object.keys(by_tag).length > 0);
    if (asked || open.length === 0 || !isAnyCounted) return;
    asked = true;
    const early = await server.call(comparisonAnswerSchema, "compare_experiments", { feature_id });
    const names = open.map(({ experiment_slug }) => experiment_slug).join(", ");
    say(`Asked while still running (${names}): ${early.recommendation}. ${early.rationale}`);
  });
  const seconds = (ended.total_duration_ms / 1000).toFixed(1);
  say(`Run ${ended.state} in ${seconds} s, peak_in_flight ${ended.peak_in_flight}.`);
}

async function compare({ call }: Server): Promise<void> {
  startSection("Compare: passed/failed, and what to do next");
  const {
    rows = [],
    matrix = [],
    ...verdict
  } = await call(comparisonAnswerSchema, "compare_experiments", {
    feature_id,
  });
  say(renderTable({ rows, matrix }, false));
  say(`\nRecommendation: ${verdict.recommendation}\n${verdict.rationale}\n`);
  for (const { experiment_slug } of rows) {
    const input = { feature_id, experiment_slug };
    const { total } = await call(z.object({ total: z.number() }), "list_artifacts", input);
    say(`Artifacts of ${experiment_slug}: ${total} reports and logs`);
  }
  say(`As a page: ${formatPath(join(workspace, ".tdd", "experiments", feature_id, "comparison.html"))}`);
}
