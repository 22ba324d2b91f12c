import type { ChildProcess } from "node:child_process";

/** What its command line has in place of a run, and at the same length: a run's id replaces it. */
export const spareName = "spare".padEnd("run-20260101T000000-01234567".length, ".");

/** How long a spare worker waits for a run, in milliseconds. */
const patienceMs = 600_000;

/**
 * A worker that is started before its run. By the time there is one, its program is loaded, which would otherwise take
 * half of the time until the run's first suite starts. It ends with this process, or if no run comes.
 */
export class SpareWorker {
  readonly #workspace: string;
  readonly #launch: readonly string[];
  #worker: ChildProcess | undefined;
  #isStarting = false;
  #patience: NodeJS.Timeout | undefined;

  /** @param launch the command that starts this program again */
  constructor({ workspace, launch }: { workspace: string; launch: readonly string[] }) {
    this.#workspace = workspace;
    this.#launch = launch;
  }

  /** Starts one, unless there is one. To be called when a run is likely to follow. */
  async keep(): Promise<void> {
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => this.take()?.disconnect(), patienceMs).unref();
    if (this.#isStarting || this.#worker !== undefined) return;
    this.#isStarting = true;
    // Loaded on first use, so that a server that only lists its tools starts without it.
    const { spawn } = await import("node:child_process");
    this.#isStarting = false;
    const [program = process.execPath, ...args] = this.#launch;
    const worker = spawn(program, [...args, "worker", spareName], {
      cwd: this.#workspace,
      detached: true,
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    const forget = () => {
      if (this.#worker === worker) this.#worker = undefined;
    };
    // Without one, a run starts its own worker.
    worker.on("error", forget);
    worker.on("disconnect", forget);
    worker.unref();
    worker.channel?.unref();
    this.#worker = worker;
  }

  /** Gives it away; undefined if there is none. */
  take(): ChildProcess | undefined {
    const worker = this.#worker;
    this.#worker = undefined;
    return worker?.connected === true ? worker : undefined;
  }
}
