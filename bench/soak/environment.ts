import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { getDefaultEnvironment, StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import * as z from "zod";
import { planPath } from "../../src/experiments/layout.ts";

export const feature_id = "soak";

const answerSchema = z.object({
  isError: z.boolean().optional(),
  content: z.array(z.looseObject({ text: z.string().optional() })),
  structuredContent: z.unknown().optional(),
});

/** A workspace, on its own disk if one can be mounted, with its own emulator and a server that may die. */
export class SoakEnvironment {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), "lakebase-soak-")));
  readonly home = join(this.folder, "home");
  /** How far our programs' clock is off, in milliseconds. */
  readonly clock = join(this.folder, "clock");
  readonly disk = join(this.folder, "disk");
  readonly workspace = join(this.disk, "shop");
  /** Whether the workspace has a disk that may be filled. */
  readonly hasDisk: boolean;
  readonly #env: Record<string, string>;
  #client: Client | undefined;

  constructor() {
    // As root, Postgres runs as a different user, who needs access to its home.
    chmodSync(this.folder, 0o755);
    mkdirSync(this.disk);
    const mount = ["-t", "tmpfs", "-o", "size=48m", "tmpfs", this.disk];
    this.hasDisk = spawnSync("mount", mount).status === 0;
    this.#env = {
      ...getDefaultEnvironment(),
      LAKEBASE_WORKSPACE: this.workspace,
      LAKEBASE_LOCAL_HOME: this.home,
      LAKEBASE_LOCAL_SUSPEND_SECONDS: "10",
      NODE_OPTIONS: `--require ${resolve("bench/soak/jumping-clock.cjs")}`,
      SOAK_CLOCK: this.clock,
    };
    mkdirSync(dirname(planPath(this.workspace, feature_id)), { recursive: true });
    writeFileSync(planPath(this.workspace, feature_id), JSON.stringify(plan));
    writeFileSync(join(this.workspace, "suite.cjs"), suite);
    writeFileSync(join(this.workspace, ".gitignore"), "/.tdd/\n");
    const identity = ["-c", "user.name=soak", "-c", "user.email=soak@localhost"];
    for (const words of [
      ["init", "-q", "-b", "main"],
      ["add", "."],
      [...identity, "commit", "-qm", "Soak"],
    ])
      this.git(...words);
  }

  git(...words: string[]): string {
    return execFileSync("git", words, { cwd: this.workspace, encoding: "utf8" });
  }

  /** Returns a tool's structured answer, restarting the server if it is gone. @throws if the tool refuses, or dies */
  async call<Schema extends z.ZodType>(schema: Schema, name: string, args: object): Promise<z.infer<Schema>> {
    this.#client ??= await this.#connect();
    const options = { timeout: 90_000 };
    try {
      const result = await this.#client.callTool({ name, arguments: { ...args } }, undefined, options);
      const { isError, content, structuredContent } = answerSchema.parse(result);
      if (isError !== true) return schema.parse(structuredContent);
      throw new Refusal(content[0]?.text ?? "");
    } catch (error) {
      if (!(error instanceof Refusal)) await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#client?.close().catch(() => {});
    this.#client = undefined;
  }

  /** Stops the server and the emulator, as their user does. */
  async stop(): Promise<void> {
    await this.close();
    execFileSync(process.execPath, ["dist/lakebase-local.js", "stop"], { env: this.#env, stdio: "ignore" });
  }

  remove(): void {
    if (this.hasDisk) spawnSync("umount", ["--lazy", this.disk]);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  async #connect(): Promise<Client> {
    const client = new Client({ name: "soak", version: "1" });
    const program = { command: process.execPath, args: ["dist/main.js"] };
    await client.connect(new StdioClientTransport({ ...program, env: this.#env, stderr: "ignore" }));
    return client;
  }
}

/** A tool's refusal. */
export class Refusal extends Error {}

const plan = {
  budget: { concurrent_branches: 2, wall_clock_minutes: 5, max_branches: 20 },
  suites: {
    api: {
      command: [process.execPath, "suite.cjs"],
      report: { format: "junit", path: "api.xml" },
      timeout_seconds: 60,
    },
    infra: { command: ["true"], report: { format: "exit-code" } },
  },
};

/** Writes to the branch, takes a moment, and reports three tests. */
const suite = `
const { writeFileSync } = require("node:fs");
const { Client } = require(${JSON.stringify(resolve("node_modules/pg"))});
(async () => {
  const client = new Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  await client.query("CREATE TABLE IF NOT EXISTS rounds (at timestamptz DEFAULT now())");
  await client.query("INSERT INTO rounds DEFAULT VALUES");
  await new Promise((done) => setTimeout(done, 300 + Math.random() * 700));
  const { rows } = await client.query("SELECT count(*)::int AS count FROM rounds");
  await client.end();
  const cases = ["connects", "writes", "reads"].map((name) => '<testcase name="' + name + '"/>').join("");
  writeFileSync(process.env.ARTIFACTS_DIR + "/api.xml", "<testsuite>" + cases + "</testsuite>");
  if (rows[0].count < 1) process.exitCode = 1;
})().catch((error) => { console.error(error.message); process.exitCode = 1; });
`;
