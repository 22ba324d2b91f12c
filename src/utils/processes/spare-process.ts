import type { ChildProcess } from "node:child_process";

/** How long one waits to be needed, in milliseconds. */
const patienceMs = 600_000;

/**
 * A process of this program that is started before it is needed, and has loaded what it takes by then. It waits for a
 * message, and ends with this process, or if nobody needs it.
 */
export class SpareProcess {
  readonly #command: readonly string[];
  readonly #directory: string;
  #process: ChildProcess | undefined;
  #isReady: Promise<boolean> = Promise.resolve(false);
  #isStarting = false;
  #patience: NodeJS.Timeout | undefined;

  /** @param directory its working directory */
  constructor(command: readonly string[], directory: string) {
    this.#command = command;
    this.#directory = directory;
  }

  /** Starts one, unless there is one. To be called when it is likely to be needed soon. */
  async keep(): Promise<void> {
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => void this.#dismiss(), patienceMs).unref();
    if (this.#isStarting || this.#process !== undefined) return;
    this.#isStarting = true;
    // Loaded on first use, so that a server that only lists its tools starts without it.
    const { spawn } = await import("node:child_process");
    this.#isStarting = false;
    const [program = process.execPath, ...args] = this.#command;
    const spare = spawn(program, args, {
      cwd: this.#directory,
      detached: true,
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    const forget = () => {
      if (this.#process === spare) this.#process = undefined;
    };
    // Without one, whoever needs it starts its own.
    spare.on("error", forget);
    spare.on("disconnect", forget);
    this.#isReady = new Promise((resolve) => {
      spare.once("message", () => resolve(true));
      for (const event of ["error", "disconnect"]) spare.once(event, () => resolve(false));
    });
    spare.unref();
    spare.channel?.unref();
    this.#process = spare;
  }

  /**
   * Hands the spare process over once it has reported that it is listening, so that a message reaches it even if this
   * process ends right after sending it. Undefined if there is none.
   */
  async take(): Promise<ChildProcess | undefined> {
    const spare = this.#process;
    this.#process = undefined;
    return spare !== undefined && (await this.#isReady) ? spare : undefined;
  }

  async #dismiss(): Promise<void> {
    (await this.take())?.disconnect();
  }
}
