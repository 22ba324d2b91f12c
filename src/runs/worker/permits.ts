import { join } from "node:path";
import { CoreError } from "../../utils/core-error.ts";
import { pause, release, tryLock } from "../../utils/files/lock.ts";

/** How long a permit may be passed on to the next in line before it is offered to other runs, in milliseconds. */
const keptMs = 1_000;

interface PermitOptions {
  /** The most that this run may hold. */
  most: number;
  /** What it shares with other runs. Default: nothing. */
  shared?: SharedPermits | undefined;
}

interface SharedPermits {
  /** The folder of the numbered locks. */
  directory: string;
  /** How many there are. */
  permits: number;
  /** Ends the wait for one with its reason. */
  signal: AbortSignal;
}

interface Waiter {
  resolve: (giveBack: () => void) => void;
  reject: (reason: unknown) => void;
}

/**
 * The only limit on a run's concurrent tasks: each takes a permit, in the order in which they ask. If runs share
 * permits, each one is a lock in a folder, so that together they never hold more than there are.
 */
export class Permits {
  readonly #most: number;
  readonly #shared: SharedPermits | undefined;
  readonly #names: readonly string[];
  readonly #held = new Set<string>();
  readonly #line: Waiter[] = [];
  #isSeeking = false;
  #peak = 0;

  /** @throws CoreError `invalid_concurrency` */
  constructor({ most, shared }: PermitOptions) {
    checkConcurrency(most);
    this.#most = most;
    this.#shared = shared;
    const numbers = Array.from({ length: shared?.permits ?? most }, (_, index) => String(index + 1));
    this.#names = shared === undefined ? numbers : numbers.map((name) => join(shared.directory, name));
  }

  /** How many tasks are waiting for a permit. */
  get waiting(): number {
    return this.#line.length;
  }

  /** The most permits held at the same time. */
  get peak(): number {
    return this.#peak;
  }

  /** Resolves to a function that gives the permit back. */
  take(): Promise<() => void> {
    return new Promise((resolve, reject) => {
      this.#line.push({ resolve, reject });
      if (!this.#isSeeking) void this.#seek();
    });
  }

  /** Finds permits for those in line, up to this run's limit. */
  async #seek(): Promise<void> {
    this.#isSeeking = true;
    try {
      while (this.#line.length > 0 && this.#held.size < this.#most) {
        const permit = this.#shared === undefined ? this.#findFree() : await this.#lockFree();
        if (permit !== undefined) this.#give(permit, performance.now());
        else if (this.#shared !== undefined) await pause(this.#shared.signal);
      }
    } catch (error) {
      for (const { reject } of this.#line.splice(0)) reject(error);
    } finally {
      this.#isSeeking = false;
    }
  }

  #findFree(): string | undefined {
    return this.#names.find((name) => !this.#held.has(name));
  }

  async #lockFree(): Promise<string | undefined> {
    for (const path of this.#names) {
      if (!this.#held.has(path) && (await tryLock(path))) return path;
    }
    return undefined;
  }

  /**
   * Passes a permit to the first in line, or releases it if no one waits.
   * @param since when it was taken from the others
   */
  #give(permit: string, since: number): void {
    const next = this.#line.shift();
    if (next === undefined) {
      this.#release(permit);
      return;
    }
    this.#held.add(permit);
    this.#peak = Math.max(this.#peak, this.#held.size);
    let isGivenBack = false;
    next.resolve(() => {
      if (isGivenBack) return;
      isGivenBack = true;
      if (performance.now() - since < keptMs) this.#give(permit, since);
      else this.#release(permit);
    });
  }

  #release(permit: string): void {
    this.#held.delete(permit);
    if (this.#shared !== undefined) release(permit);
    if (this.#line.length > 0 && !this.#isSeeking) void this.#seek();
  }
}

/** @throws CoreError `invalid_concurrency` for anything that is not a whole number ≥ 1 */
export function checkConcurrency(concurrency: number): void {
  if (Number.isSafeInteger(concurrency) && concurrency >= 1) return;
  throw new CoreError(
    "invalid_concurrency",
    `concurrency is ${concurrency}; it must be a whole number of at least 1.`,
    {
      hint: "Omit it to use the plan's budget.concurrent_branches.",
    },
  );
}
