import PQueue from "p-queue";
import pg from "pg";
import { LocalError } from "../local-error.ts";
import type { Binaries } from "./binaries.ts";
import { writeLoginRules } from "./cluster.ts";
import { adminRole } from "./names.ts";
import { type Postmaster, startPostmaster } from "./postmaster.ts";
import type { Secrets } from "./secrets.ts";

/** What a compute needs to know; the same for all of a daemon, but for the first three. */
export interface ComputeOptions {
  directory: string;
  logFile: string;
  /** Seconds without a user after which the server is stopped; asked each time. Infinity: never. */
  suspendSeconds: () => number;
  binaries: Binaries;
  secrets: Secrets;
  userName: string;
}

/** The right to use a running server; it is not stopped for idleness before the release. */
export interface Lease {
  port: number;
  release(): void;
}

/** The Postgres server of one branch: started when somebody needs it, stopped when nobody does. */
export class Compute {
  readonly #options: ComputeOptions;
  /** Starts, stops and copies at rest exclude each other. */
  readonly #changes = new PQueue({ concurrency: 1 });
  #server: Postmaster | undefined;
  #users = 0;
  #idleTimer: NodeJS.Timeout | undefined;
  #lastActive: Date | undefined;
  #isRetired = false;

  constructor(options: ComputeOptions) {
    this.#options = options;
  }

  get directory(): string {
    return this.#options.directory;
  }

  get isRunning(): boolean {
    return this.#server !== undefined;
  }

  /** Whether a server runs, or somebody waits for it. */
  get isActive(): boolean {
    return this.isRunning || this.#users > 0;
  }

  get pid(): number | undefined {
    return this.#server?.pid;
  }

  /** The internal port of the running server. */
  get port(): number | undefined {
    return this.#server?.port;
  }

  get lastActive(): Date | undefined {
    return this.#users > 0 ? new Date() : this.#lastActive;
  }

  /**
   * Starts the server if it is not running, and holds it.
   * @throws LocalError when it does not start.
   */
  async use(): Promise<Lease> {
    this.#take();
    try {
      const server = this.#server ?? (await this.#changes.add(() => this.#start()));
      return { port: server.port, release: once(() => this.#give()) };
    } catch (error) {
      this.#give();
      throw error;
    }
  }

  /** Holds the server if it is running; never starts it. */
  useIfRunning(): Lease | undefined {
    if (!this.#server) return undefined;
    this.#take();
    return { port: this.#server.port, release: once(() => this.#give()) };
  }

  /** Runs `work` with a superuser's session in a database. */
  async withAdmin<Result>(database: string, work: (admin: pg.Client) => Promise<Result>): Promise<Result> {
    const lease = await this.use();
    try {
      return await withClient(lease.port, database, this.#options.secrets, work);
    } finally {
      lease.release();
    }
  }

  /** Runs `work` while the server is at rest and cannot be woken. @returns undefined when it is running. */
  async whileStopped<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
    return this.#changes.add(async () => (this.#server ? undefined : await work()));
  }

  /** Stops the server, ending all sessions. It may be woken again. */
  async stop(): Promise<void> {
    clearTimeout(this.#idleTimer);
    await this.#changes.add(() => this.#stopNow());
  }

  /** Stops the server for good: its data is about to go. */
  async retire(): Promise<void> {
    this.#isRetired = true;
    await this.stop();
  }

  async #start(): Promise<Postmaster> {
    if (this.#server) return this.#server;
    if (this.#isRetired) throw new LocalError("the branch was deleted", { hint: "Use another branch." });
    const { directory, binaries, logFile, userName } = this.#options;
    await writeLoginRules(directory, userName);
    const server = await startPostmaster(directory, binaries, logFile);
    this.#server = server;
    server.ended.then(() => {
      if (this.#server === server) this.#server = undefined;
    });
    return server;
  }

  #take(): void {
    this.#users += 1;
    clearTimeout(this.#idleTimer);
  }

  #give(): void {
    this.#users -= 1;
    this.#lastActive = new Date();
    if (this.#users > 0) return;
    const seconds = this.#options.suspendSeconds();
    if (!Number.isFinite(seconds)) return;
    this.#idleTimer = setTimeout(() => void this.#stopIfIdle(), seconds * 1000);
    this.#idleTimer.unref();
  }

  async #stopIfIdle(): Promise<void> {
    await this.#changes.add(async () => {
      if (this.#users === 0) await this.#stopNow();
    });
  }

  async #stopNow(): Promise<void> {
    const server = this.#server;
    // A user that arrives while it stops waits in the queue for the next start.
    this.#server = undefined;
    await server?.stop();
  }
}

/** Opens a superuser's session, and closes it when `work` is done. */
export async function withClient<Result>(
  port: number,
  database: string,
  secrets: Secrets,
  work: (admin: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({
    host: "127.0.0.1",
    port,
    database,
    user: adminRole,
    password: secrets.admin,
    connectionTimeoutMillis: 30_000,
  });
  // A server that dies under the session is reported by the query that was running.
  client.on("error", () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    action();
  };
}
