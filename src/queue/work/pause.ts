import type { CoreError } from "../../utils/core-error.ts";
import { describeError } from "../../utils/describe-error.ts";
import type { WorkerPause } from "../workers.ts";

/** The first pause, in seconds; each further one is twice as long, up to the longest. */
const firstSeconds = 30;
const longestSeconds = 600;

/** A worker's pauses: while its machine cannot run any suite, it takes no jobs. */
export class Pauses {
  #trouble: CoreError | undefined;
  #until = 0;
  #count = 0;

  /** The current pause; undefined if there is none. */
  get current(): WorkerPause | undefined {
    const seconds = (this.#until - performance.now()) / 1_000;
    if (this.#trouble === undefined || seconds <= 0) return undefined;
    return { trouble: describeError(this.#trouble), seconds };
  }

  /** Begins a pause. Several jobs that fail together begin one. @returns its seconds; undefined if one goes on */
  begin(trouble: CoreError): number | undefined {
    if (this.current !== undefined) return undefined;
    const seconds = Math.min(longestSeconds, firstSeconds * 2 ** this.#count);
    this.#count++;
    this.#trouble = trouble;
    this.#until = performance.now() + seconds * 1_000;
    return seconds;
  }

  /** A job went well: the next pause is a first one again. */
  reset(): void {
    this.#count = 0;
  }
}
