import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { getDefaultEnvironment, StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { execa } from "execa";
import * as z from "zod";
import { type Run, runSchema } from "../../schemas/run.ts";
import { planPath } from "../../src/experiments/layout.ts";

export const feature_id = "F1-bench";

/** Runs the workspace's suite.cjs, which leaves its report among the artifacts. */
export const suite = {
  command: ["node", "suite.cjs"],
  report: { format: "tap", path: "report.tap" },
};

/** A program that reports some passed tests. */
export function reportTests(count: number): string {
  return `
let report = "TAP version 13\\n1..${count}\\n";
for (let n = 1; n <= ${count}; n++) report += "ok " + n + " - test " + n + "\\n";
require("node:fs").writeFileSync(process.env.ARTIFACTS_DIR + "/report.tap", report);
`;
}

const dist = join(import.meta.dirname, "../../../dist");
const resultSchema = z.object({
  isError: z.boolean().optional(),
  content: z.array(z.looseObject({ text: z.string().optional() })),
  structuredContent: z.unknown().optional(),
});

/** The answer of a tool call, and its size in bytes as received by the client. */
export interface Answer {
  structured: unknown;
  bytes: number;
}

/** A git repository with a plan, its own emulator, and the built server with a real client. */
export class Workspace {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), "lakebase-bench-")));
  readonly path = join(this.folder, "shop");
  readonly env: Record<string, string> = {
    ...getDefaultEnvironment(),
    LAKEBASE_LOCAL_HOME: join(this.folder, "home"),
  };
  readonly #client = new Client({ name: "bench", version: "1" });
  serverPid: number | null = null;

  /** @param prepare adds to the server's environment; receives the folder around everything */
  static async open(
    plan: object,
    files: Record<string, string> = {},
    prepare: (folder: string) => Record<string, string> = () => ({}),
  ): Promise<Workspace> {
    const workspace = new Workspace();
    // As root, Postgres runs as a different user, who needs access to its home.
    chmodSync(workspace.folder, 0o755);
    workspace.write({
      [relative(workspace.path, planPath(workspace.path, feature_id))]: JSON.stringify(plan),
      ...files,
    });
    const identity = ["-c", "user.name=bench", "-c", "user.email=bench@localhost"];
    workspace.git("init", "-q", "-b", "main");
    workspace.git("add", ".");
    workspace.git(...identity, "commit", "-qm", "Bench");
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [join(dist, "main.js"), "--workspace", workspace.path],
      env: { ...workspace.env, ...prepare(workspace.folder) },
      stderr: "inherit",
    });
    await workspace.#client.connect(transport);
    workspace.serverPid = transport.pid;
    return workspace;
  }

  /** Writes files, by their paths in the workspace. */
  write(files: Record<string, string>): void {
    for (const [name, text] of Object.entries(files)) {
      const path = join(this.path, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
  }

  git(...words: string[]): string {
    return execFileSync("git", words, { cwd: this.path, encoding: "utf8" });
  }

  /** The bytes that the client receives for all tools. */
  async measureTools(): Promise<number> {
    return Buffer.byteLength(JSON.stringify(await this.#client.listTools()));
  }

  /** @throws if the tool answers with an error */
  async call(name: string, args: object = {}): Promise<Answer> {
    const options = { timeout: 600_000 };
    const raw = await this.#client.callTool({ name, arguments: { ...args } }, undefined, options);
    const { isError, content, structuredContent } = resultSchema.parse(raw);
    if (isError === true) throw new Error(`${name}: ${content[0]?.text}`);
    return { structured: structuredContent, bytes: Buffer.byteLength(JSON.stringify(raw)) };
  }

  async create(slugs: readonly string[], options: object = {}): Promise<void> {
    const experiments = slugs.map((experiment_slug) => ({ experiment_slug }));
    await this.call("create_experiments", { feature_id, experiments, ...options });
  }

  /** Runs experiments to the end, and returns the last answer. */
  async run(options: object = {}): Promise<Run> {
    const start = await this.call("run_experiments", { feature_id, ...options });
    let run = runSchema.parse(start.structured);
    while (run.state === "queued" || run.state === "running") {
      const { structured } = await this.call("wait_for_run", { run_id: run.run_id, wait_seconds: 45 });
      run = runSchema.parse(structured);
    }
    return run;
  }

  async close(): Promise<void> {
    await this.#client.close();
    await execa(process.execPath, [join(dist, "lakebase-local.js"), "stop"], {
      env: this.env,
      reject: false,
    });
    rmSync(this.folder, { recursive: true, force: true });
  }
}
