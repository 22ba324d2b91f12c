import { spawnSync } from "node:child_process";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { getDefaultEnvironment, StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import * as z from "zod";
import { comparisonAnswerSchema } from "../schemas/comparison/comparison-answer.ts";
import { runSchema } from "../schemas/run.ts";
import { renderTable } from "../src/comparison/views/table.ts";

/** Built into dist/, one folder below the package. */
const packageRoot = fileURLToPath(new URL("..", import.meta.url));
const workspace = join(packageRoot, ".demo", "checkout");
const feature = { feature_id: "F1-checkout" };

const clientConfigSchema = z.object({
  mcpServers: z.object({
    "lakebase-experiments": z.object({ command: z.string(), args: z.array(z.string()) }),
  }),
});

const say = (line: string) => process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  await prepareWorkspace();
  // The emulator's state lives as long as the demo. Under /tmp, since Postgres may have to run as another user.
  const localHome = await mkdtemp(join(tmpdir(), "lakebase-demo-"));
  process.once("SIGINT", () => process.exit(130)).once("SIGTERM", () => process.exit(143));
  process.once("exit", () => stopLocal(localHome));
  const client = await startServer(localHome);
  try {
    await race(client);
  } finally {
    await client.close();
  }
  stopLocal(localHome);
  await rm(localHome, { recursive: true, force: true });
}

/** A fresh copy of the example as a repository of its own, so that evidence can name a commit. */
async function prepareWorkspace(): Promise<void> {
  await rm(workspace, { recursive: true, force: true });
  await cp(join(packageRoot, "examples", "checkout"), workspace, { recursive: true });
  const author = ["-c", "user.name=demo", "-c", "user.email=demo@localhost"];
  for (const args of [
    ["init", "-q"],
    ["add", "-A"],
    [...author, "commit", "-q", "-m", "Two designs of a shop"],
  ]) {
    const { status, stderr } = spawnSync("git", args, { cwd: workspace, encoding: "utf8" });
    if (status !== 0) throw new Error(`git ${args.join(" ")} failed: ${stderr}`);
  }
}

async function startServer(localHome: string): Promise<Client> {
  const config = clientConfigSchema.parse(JSON.parse(await readFile(join(packageRoot, "mcp.json"), "utf8")));
  const { command, args } = config.mcpServers["lakebase-experiments"];
  const client = new Client({ name: "demo", version: "1" });
  const env = { ...getDefaultEnvironment(), LAKEBASE_WORKSPACE: workspace, LAKEBASE_LOCAL_HOME: localHome };
  await client.connect(new StdioClientTransport({ command, args, env, cwd: packageRoot }));
  return client;
}

async function race(client: Client): Promise<void> {
  const { tools } = await client.listTools();
  say(`Connected over stdio: ${tools.length} tools.`);
  const cut = await call(client, cutSchema, "create_experiments", {
    ...feature,
    // Both designs lie in one folder, and the suites pick theirs by EXPERIMENT_SLUG.
    worktree: false,
    experiments: [
      { experiment_slug: "exp-pg", notes: "Relational: products, orders and lines as tables.\n" },
      { experiment_slug: "exp-json", notes: "The whole shop as one JSON document.\n" },
    ],
  });
  for (const { experiment_slug, branch } of cut.experiments)
    say(`Cut ${experiment_slug} on Postgres branch ${branch}.`);

  for (const { experiment_slug, message, hint } of cut.errors)
    throw new Error(`${experiment_slug}: ${message} ${hint}`);

  let run = await call(client, runSchema, "run_experiments", feature);
  say(`Race ${run.run_id} is on, ${run.concurrency} at once.`);
  let asked = false;
  while (run.state === "queued" || run.state === "running") {
    run = await call(client, runSchema, "wait_for_run", { run_id: run.run_id });
    for (const { experiment_slug, status, step = "", by_tag } of run.results) {
      const counts = Object.entries(by_tag).map(([tag, { passed, failed }]) => `${tag} ${passed}/${failed}`);
      say(`  ${experiment_slug.padEnd(9)} ${`${status} ${step}`.padEnd(16)} ${counts.join("  ")}`);
    }
    const open = run.results.filter(({ status }) => status === "queued" || status === "running");
    if (!asked && open.length === 1) {
      asked = true;
      const early = await call(client, comparisonAnswerSchema, "compare_experiments", feature);
      say(`Asked while ${open[0]?.experiment_slug} still runs: ${early.recommendation}. ${early.rationale}`);
    }
  }
  await report(client, run);
}

async function report(client: Client, run: z.infer<typeof runSchema>): Promise<void> {
  const comparison = await call(client, comparisonAnswerSchema, "compare_experiments", feature);
  say(
    `\nRace ${run.state} in ${(run.total_duration_ms / 1000).toFixed(1)} s, peak_in_flight ${run.peak_in_flight}.\n`,
  );
  say(renderTable({ rows: comparison.rows ?? [], matrix: comparison.matrix ?? [] }, false));
  say(`\nRecommendation: ${comparison.recommendation}\n${comparison.rationale}\n`);
  for (const { experiment_slug } of comparison.rows ?? []) {
    const listed = await call(client, artifactsSchema, "list_artifacts", { ...feature, experiment_slug });
    const directory = join(
      workspace,
      ".tdd",
      "experiments",
      feature.feature_id,
      experiment_slug,
      "artifacts",
    );
    say(`${listed.total} artifacts of ${experiment_slug} in ${relative(process.cwd(), directory)}`);
  }
  const page = join(workspace, ".tdd", "experiments", feature.feature_id, "comparison.html");
  say(`As a page: ${relative(process.cwd(), page)}`);
}

const cutSchema = z.object({
  experiments: z.array(z.object({ experiment_slug: z.string(), branch: z.string() })),
  errors: z.array(z.object({ experiment_slug: z.string(), message: z.string(), hint: z.string() })),
});
const artifactsSchema = z.object({ total: z.number() });
const resultSchema = z.object({
  isError: z.boolean().optional(),
  content: z.array(z.object({ text: z.string() })),
  structuredContent: z.unknown().optional(),
});

async function call<Schema extends z.ZodType>(
  client: Client,
  schema: Schema,
  name: string,
  args: Record<string, unknown>,
): Promise<z.infer<Schema>> {
  const result = resultSchema.parse(await client.callTool({ name, arguments: args }));
  if (result.isError === true) throw new Error(`${name}: ${result.content[0]?.text}`);
  return schema.parse(result.structuredContent);
}

function stopLocal(localHome: string): void {
  const env = { ...process.env, LAKEBASE_LOCAL_HOME: localHome };
  spawnSync(process.execPath, [join(packageRoot, "dist", "lakebase-local.js"), "stop"], {
    env,
    stdio: "ignore",
  });
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
});
