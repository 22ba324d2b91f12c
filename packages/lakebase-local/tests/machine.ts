import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import pg from "pg";
import * as z from "zod";
import { startMark } from "../src/process.ts";

/** The built command. */
export const program = fileURLToPath(new URL("../../../dist/lakebase-local.js", import.meta.url));

/** How a command ended. */
export interface Ended {
  code: number | undefined;
  stdout: string;
  stderr: string;
}

const branchShape = z.object({
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

const accessShape = z.object({ DATABRICKS_HOST: z.string(), DATABRICKS_TOKEN: z.string() });
const operationShape = z.object({
  name: z.string(),
  done: z.boolean().optional(),
  response: z.unknown().optional(),
  error: z.object({ message: z.string() }).optional(),
});

/**
 * A lakebase-local with a state directory of its own. What only sets a scene goes through its API, which is quicker
 * than a process for each call.
 */
export class Machine {
  readonly home: string;
  readonly #environment: NodeJS.ProcessEnv;
  #access: z.infer<typeof accessShape> | undefined;

  private constructor(home: string, environment: NodeJS.ProcessEnv) {
    this.home = home;
    this.#environment = { ...environment, LAKEBASE_LOCAL_HOME: home };
  }

  /** @param folder that its state directory is made in */
  static async create(environment: NodeJS.ProcessEnv = {}, folder = tmpdir()): Promise<Machine> {
    return new Machine(await mkdtemp(join(folder, "lakebase-local-test-")), environment);
  }

  /** Stops everything and removes the state directory. */
  async destroy(): Promise<void> {
    await this.run("stop");
    await rm(this.home, { recursive: true, force: true, maxRetries: 10 });
  }

  /** Runs a command to its end, whatever that is. */
  async run(...words: string[]): Promise<Ended> {
    const { exitCode, stdout, stderr } = await execa(process.execPath, [program, ...words], {
      env: this.#environment,
      reject: false,
      timeout: 300_000,
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

  /** Asks the API, starting the daemon if need be. A path without a slash in front is below Lakebase's base. */
  async api<Shape>(shape: z.ZodType<Shape>, method: string, path: string, body?: object): Promise<Shape> {
    this.#access ??= await this.json(accessShape, "env", "-o", "json");
    const { DATABRICKS_HOST: host, DATABRICKS_TOKEN: token } = this.#access;
    const url = `${host}${path.startsWith("/") ? path : `/api/2.0/postgres/${path}`}`;
    const headers = { authorization: `Bearer ${token}`, prefer: "wait=30" };
    const response = await fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) }).catch(
      () => undefined,
    );
    if (!response) {
      // It was stopped, or killed: the next command starts it.
      this.#access = undefined;
      return this.api(shape, method, path, body);
    }
    const answer = await response.json();
    if (!response.ok) throw new Error(JSON.stringify(answer));
    return shape.parse(answer);
  }

  status() {
    return this.api(statusShape, "GET", "/local/status");
  }

  async createBranch(id: string, spec: object = { no_expiry: true }): Promise<Branch> {
    const path = `projects/local/branches?branch_id=${id}`;
    return branchShape.parse(await this.#finish(await this.api(operationShape, "POST", path, { spec })));
  }

  async deleteBranch(id: string, { purge = false } = {}): Promise<void> {
    const path = `projects/local/branches/${id}${purge ? "?purge=true" : ""}`;
    await this.#finish(await this.api(operationShape, "DELETE", path));
  }

  /** How to log in to a branch with a fresh credential. */
  async login(branchId: string): Promise<pg.ClientConfig> {
    const endpoint = `projects/local/branches/${branchId}/endpoints/primary`;
    const { status } = await this.api(endpointShape, "GET", endpoint);
    const { token } = await this.api(z.object({ token: z.string() }), "POST", "credentials", { endpoint });
    const { userName } = await this.api(
      z.object({ userName: z.string() }),
      "GET",
      "/api/2.0/preview/scim/v2/Me",
    );
    const [host, port = "5432"] = status.hosts.host.split(":");
    return { host, port: Number(port), user: userName, password: token, database: "databricks_postgres" };
  }

  /** Runs SQL on a branch in a session of its own. */
  async sql(branchId: string, text: string): Promise<unknown[]> {
    return query(await this.login(branchId), text);
  }

  async #finish(operation: z.infer<typeof operationShape>): Promise<unknown> {
    const { name, done, error, response } = operation;
    if (error) throw new Error(error.message);
    return done ? response : this.#finish(await this.api(operationShape, "GET", name));
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
export async function eventually(holds: () => Promise<boolean>): Promise<void> {
  const seconds = 100;
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
