import PQueue from "p-queue";
import { quotaExceeded } from "../api/api-error.ts";
import type { Compute } from "../postgres/compute.ts";

/**
 * The computes of one project that run. Lakebase bounds how many may do so at the same time, and leaves further ones
 * suspended; here the one that has been idle longest is put to sleep first, so that only computes with sessions count.
 */
export class Places {
  readonly #limit: number;
  readonly #isExempt: (compute: Compute) => boolean;
  readonly #taken = new Set<Compute>();
  /** One at a time, so that two never take the last place. */
  readonly #newcomers = new PQueue({ concurrency: 1 });

  /** @param isExempt whether a compute may always run and is not counted */
  constructor(limit: number, isExempt: (compute: Compute) => boolean) {
    this.#limit = limit;
    this.#isExempt = isExempt;
  }

  /**
   * Takes a place for a compute that is about to start.
   * @returns gives the place back
   * @throws ApiError when every place is taken by a compute in use.
   */
  async take(compute: Compute): Promise<() => void> {
    return this.#newcomers.add(async () => {
      if (!this.#isExempt(compute)) await this.#makeRoom();
      this.#taken.add(compute);
      return () => this.#taken.delete(compute);
    });
  }

  async #makeRoom(): Promise<void> {
    for (;;) {
      const counted = [...this.#taken].filter((compute) => !this.#isExempt(compute));
      if (counted.length < this.#limit) return;
      const [idlest] = counted.filter(({ isInUse }) => !isInUse).sort(byLastUse);
      if (!idlest) {
        throw quotaExceeded(`too many active computes: ${counted.length} of ${this.#limit} in use`);
      }
      if (await idlest.stopIfIdle()) this.#taken.delete(idlest);
    }
  }
}

function byLastUse(left: Compute, right: Compute): number {
  return (left.lastActive?.getTime() ?? 0) - (right.lastActive?.getTime() ?? 0);
}
