import PQueue from "p-queue";
import type pg from "pg";
import type { Extensions } from "../extensions/extensions.ts";
import { LocalError } from "../local-error.ts";
import { withReserve } from "../reserve.ts";
import { withClient } from "./admin-session.ts";
import type { Binaries } from "./binaries.ts";
import { writeLoginRules } from "./cluster.ts";
import { type Postmaster, startPostmaster } from "./postmaster.ts";
import type { Secrets } from "./secrets.ts";

/** What a compute needs to know; the same for all of a daemon, but for the first three. */
export interface ComputeOptions {
  directory: string;
  logFile: string;
  /** Seconds without a user after which the server is stopped; asked each time. Infinity: never. */
  suspendSeconds: () => number;
  binaries: Binaries;
  extensions: Extensions;
  secrets: Secrets;
  userName: string;
  /** Starts of servers; few at a time, since they share the machine's cores. */
  starts: PQueue;
  /** Takes a place among the computes that may run. @returns what gives it back @throws when none is free. */
  takePlace: (compute: Compute) => Promise<() => void>;
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

  /** Whether somebody has a session, or waits for one. */
  get isInUse(): boolean {
    return this.#users > 0;
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
   * @throws LocalError when it does not start, and what `takePlace` throws.
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

  /** Stops the server unless somebody uses it. @returns whether it is at rest. */
  async stopIfIdle(): Promise<boolean> {
    return this.#changes.add(async () => {
      if (this.#users > 0) return false;
      await this.#stopNow();
      return true;
    });
  }

  /** Stops the server for good: its data is about to go. */
  async retire(): Promise<void> {
    this.#isRetired = true;
    await this.stop();
  }

  async #start(): Promise<Postmaster> {
    if (this.#server) return this.#server;
    if (this.#isRetired) throw new LocalError("the branch was deleted", { hint: "Use another branch." });
    const { directory, binaries, extensions, logFile, userName, starts, takePlace } = this.#options;
    const givePlace = await takePlace(this);
    try {
      const server = await starts.add(() =>
        withReserve(async () => {
          await writeLoginRules(directory, userName);
          await extensions.assertPresent();
          return startPostmaster(directory, binaries, logFile, extensions.settings);
        }),
      );
      this.#server = server;
      server.ended.then(() => {
        if (this.#server === server) this.#server = undefined;
        givePlace();
      });
      return server;
    } catch (error) {
      givePlace();
      throw error;
    }
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
    this.#idleTimer = setTimeout(() => void this.stopIfIdle(), seconds * 1000);
    this.#idleTimer.unref();
  }

  async #stopNow(): Promise<void> {
    const server = this.#server;
    // A user that arrives while it stops waits in the queue for the next start.
    this.#server = undefined;
    await server?.stop();
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
