import { cp, readFile, realpath, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import * as z from "zod";
import { findChromium } from "../support/machine/chromium.ts";
import { temporaryRepository } from "../support/repository.ts";
import { answerSchema, endWorkers, waitFor } from "../support/runs.ts";
import { startServer, uniqueFeature } from "../support/server.ts";

/** A change of one file that breaks one test: the file, a text in it, and what takes its place. */
type Breakage = readonly [file: string, from: string, to: string];

export interface Fixture {
  /** Its folder below `fixtures`. */
  name: string;
  breakage: Breakage;
  /** Files that git ignores, in the main checkout alone. */
  ignored?: Record<string, string>;
}

const ignore = ["node_modules/", ".env", "target/", "__pycache__/", ".pytest_cache/", ".tdd/"];

/** The network is never asked: what a project needs is linked from this repository's own node_modules. */
const offline = { npm_config_offline: "true", npm_config_audit: "false", npm_config_fund: "false" };

const planSchema = z.object({ outcome: z.literal("created") });
const cutSchema = z.object({
  experiments: z.array(z.object({ code_directory: z.string() })),
  errors: z.array(z.unknown()),
});
const logSchema = z.object({ structuredContent: z.object({ content: z.string() }) });
const comparisonSchema = z.looseObject({ recommendation: z.string(), winners: z.array(z.string()) });

/**
 * Takes a project from its first commit to a comparison, by tools alone: a plan as create_plan makes it, `exp-good` as
 * the project is, and `exp-bad`, which breaks a test.
 */
export async function runProject({ name, breakage, ignored = {} }: Fixture) {
  const shop = await temporaryRepository();
  const { directory } = shop;
  await cp(join(import.meta.dirname, "fixtures", name), directory, { recursive: true });
  await linkDependencies(directory);
  await shop.commit("main", { ".gitignore": ignore.join("\n") });
  for (const [file, text] of Object.entries(ignored)) await writeFile(join(directory, file), text);

  const env = { ...offline, CHROMIUM_PATH: findChromium() ?? "" };
  const server = await startServer({ workspace: directory, env });
  onTestFinished(() => endWorkers(directory));
  const feature_id = uniqueFeature();
  await server.call(planSchema, "create_plan", { feature_id });
  const experiments = [{ experiment_slug: "exp-good" }, { experiment_slug: "exp-bad" }];
  const cut = await server.call(cutSchema, "create_experiments", { feature_id, experiments });
  const [good = "", bad = ""] = cut.experiments.map(({ code_directory }) => code_directory);
  await change(good, ["README", "", "A shop.\n"]);
  await change(bad, breakage);
  for (const code of [good, bad]) {
    await shop.git("-C", code, "add", "--all");
    await shop.git("-C", code, "commit", "--quiet", "-m", "design");
  }
  const { run_id } = await server.call(answerSchema, "run_experiments", { feature_id });
  const run = await waitFor(server, run_id);
  const read = (experiment_slug: string, name: string, part: { limit?: number } = {}) => {
    const artifact = { feature_id, experiment_slug, cycle_id: run.cycle_id, name, ...part };
    return server.client.callTool({ name: "read_artifact", arguments: artifact });
  };
  return {
    results: Object.fromEntries(run.results.map((result) => [result.experiment_slug, result])),
    comparison: await server.call(comparisonSchema, "compare_experiments", { feature_id }),
    /** An artifact, as the tool gives it. */
    read,
    /** What the runner of a suite printed. */
    readLog: async (experiment_slug: string, tag: string) =>
      logSchema.parse(await read(experiment_slug, `${tag}/stdout.log`, { limit: 100_000 })).structuredContent
        .content,
  };
}

async function change(directory: string, [file, from, to]: Breakage): Promise<void> {
  const path = join(directory, file);
  const text = from === "" ? "" : await readFile(path, "utf8");
  if (!text.includes(from)) throw new Error(`${file} does not have ${from}`);
  await writeFile(path, text.replace(from, to));
}

/** A project's `file:node_modules/NAME` leads to the package that this repository has. */
async function linkDependencies(directory: string): Promise<void> {
  const path = join(directory, "package.json");
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return;
  const own = await realpath("node_modules");
  await writeFile(path, text.replaceAll("file:node_modules/", `file:${own}/`));
}
