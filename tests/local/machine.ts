import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import pg from "pg";
import { z } from "zod";
import { startMark } from "../../src/local/process.ts";

/** The built command. */
export const program = fileURLToPath(new URL("../../dist/lakebase-local.js", import.meta.url));

/** How a command ended. */
export interface Ended {
  code: number | undefined;
  stdout: string;
  stderr: string;
}

export const branchShape = z.object({
  branch_id: z.string(),
  name: z.string(),
  parent: z.string(),
  uid: z.string(),
  status: z.object({
    current_state: z.string(),
    pending_state: z.string().optional(),
    default: z.boolean(),
    is_protected: z.boolean(),
    expire_time: z.string().optional(),
    delete_time: z.string().optional(),
    purge_time: z.string().optional(),
    logical_size_bytes: z.number(),
    source_branch: z.string().optional(),
    source_branch_lsn: z.string().optional(),
    source_branch_time: z.string().optional(),
  }),
});
export type Branch = z.infer<typeof branchShape>;

export const endpointShape = z.object({
  endpoint_id: z.string(),
  name: z.string(),
  status: z.object({
    current_state: z.string(),
    endpoint_type: z.string(),
    disabled: z.boolean(),
    autoscaling_limit_min_cu: z.number(),
    autoscaling_limit_max_cu: z.number(),
    suspend_timeout_duration: z.string().optional(),
    hosts: z.object({ host: z.string() }),
  }),
});

const statusShape = z.object({
  state: z.string(),
  pid: z.number().optional(),
  branches: z
    .array(z.object({ name: z.string(), state: z.string(), pid: z.number().optional(), data: z.string() }))
    .optional(),
});

/** A lakebase-local with a state directory of its own. */
export class Machine {
  readonly home: string;
  readonly #environment: NodeJS.ProcessEnv;

  private constructor(home: string, environment: NodeJS.ProcessEnv) {
    this.home = home;
    this.#environment = { ...environment, LAKEBASE_LOCAL_HOME: home };
  }

  static async create(environment: NodeJS.ProcessEnv = {}): Promise<Machine> {
    return new Machine(await mkdtemp(join(tmpdir(), "lakebase-local-test-")), environment);
  }

  /** Stops everything and removes the state directory. */
  async destroy(): Promise<void> {
    await this.run("stop");
    await rm(this.home, { recursive: true, force: true });
  }

  /** Runs a command to its end, whatever that is. */
  async run(...words: string[]): Promise<Ended> {
    const { exitCode, stdout, stderr } = await execa(process.execPath, [program, ...words], {
      env: this.#environment,
      reject: false,
      timeout: 120_000,
    });
    return { code: exitCode, stdout, stderr };
  }

  /** Runs a command that must succeed, and reads what it prints. */
  async json<Shape>(shape: z.ZodType<Shape>, ...words: string[]): Promise<Shape> {
    const { code, stdout, stderr } = await this.run(...words);
    if (code !== 0) throw new Error(`${words.join(" ")} ended with ${code}: ${stderr}`);
    return shape.parse(JSON.parse(stdout));
  }

  /** Runs a command that must fail, and returns its message. */
  async refusal(...words: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...words);
    if (code !== 1) throw new Error(`${words.join(" ")} ended with ${code}: ${stdout}${stderr}`);
    return stderr;
  }

  status() {
    return this.json(statusShape, "status");
  }

  async createBranch(id: string, spec: object = { no_expiry: true }): Promise<Branch> {
    return this.json(
      branchShape,
      "postgres",
      "create-branch",
      "projects/local",
      id,
      "--json",
      JSON.stringify({ spec }),
    );
  }

  async deleteBranch(id: string, ...flags: string[]): Promise<void> {
    const { code, stderr } = await this.run(
      "postgres",
      "delete-branch",
      `projects/local/branches/${id}`,
      ...flags,
    );
    if (code !== 0) throw new Error(stderr);
  }

  /** How to log in to a branch with a fresh credential. */
  async login(branchId: string): Promise<pg.ClientConfig> {
    const endpoint = `projects/local/branches/${branchId}/endpoints/primary`;
    const { status } = await this.json(endpointShape, "postgres", "get-endpoint", endpoint);
    const { token } = await this.json(
      z.object({ token: z.string() }),
      "postgres",
      "generate-database-credential",
      endpoint,
    );
    const { userName } = await this.json(z.object({ userName: z.string() }), "current-user", "me");
    const [host, port] = status.hosts.host.split(":");
    return { host, port: Number(port), user: userName, password: token, database: "databricks_postgres" };
  }

  /** Runs SQL on a branch in a session of its own. */
  async sql(branchId: string, text: string): Promise<unknown[]> {
    return query(await this.login(branchId), text);
  }
}

/** Runs SQL in a session of its own. */
export async function query(login: pg.ClientConfig, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionTimeoutMillis: 60_000, ...login });
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

/** Polls until a condition holds. */
export async function eventually(holds: () => Promise<boolean>, seconds = 30): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`not within ${seconds} s: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Whether a process runs. A dead one that nobody has collected yet does not. */
export async function isAlive(pid: number): Promise<boolean> {
  return (await startMark(pid)) !== undefined;
}
