import { randomUUID } from "node:crypto";
import timers from "node:timers/promises";
import { getMessage } from "../local-error.ts";
import { ApiError, asApiError, type Kind, notFound } from "./api-error.ts";

/** A long-running operation as the API shows it. */
export interface Operation {
  name: string;
  done?: true;
  metadata: { "@type": string };
  response?: object;
  error?: { error_code: string; message: string; details?: object[] };
}

interface Entry {
  operation: Operation;
  finished: Promise<void>;
}

/** The answer of an operation that leaves nothing to show, such as a deletion. */
export const empty = { "@type": "type.googleapis.com/google.protobuf.Empty" };

const kept = 1000;

/** The operations of this daemon's life; a restarted daemon knows none of the earlier ones. */
export class Operations {
  readonly #entries = new Map<string, Entry>();
  readonly #report: (text: string) => void;
  #running = 0;

  /** @param report is told of failures that are no refusal of the API's: bugs and failures of the machine. */
  constructor(report: (text: string) => void) {
    this.#report = report;
  }

  get running(): number {
    return this.#running;
  }

  /** Waits until no operation runs, for at most `seconds`. */
  async settled(seconds: number): Promise<void> {
    const deadline = performance.now() + seconds * 1000;
    while (this.#running > 0 && performance.now() < deadline) await timers.setTimeout(20);
  }

  /** Starts `work` on a resource and answers at once. What it resolves to becomes the operation's response. */
  start(resource: string, kind: Kind, work: () => Promise<object>): Operation {
    const operation: Operation = {
      name: `${resource}/operations/${randomUUID()}`,
      metadata: {
        "@type": `type.googleapis.com/databricks.postgres.v1.${capitalize(kind)}OperationMetadata`,
      },
    };
    this.#running += 1;
    const finished = work()
      .then(
        (response) => {
          operation.response = response;
        },
        (error) => {
          operation.error = describe(error);
          if (!(error instanceof ApiError)) this.#report(`${operation.name} failed: ${getMessage(error)}`);
        },
      )
      .finally(() => {
        operation.done = true;
        this.#running -= 1;
      });
    this.#entries.set(operation.name, { operation, finished });
    const oldest = this.#entries.keys().next().value;
    if (this.#entries.size > kept && oldest !== undefined) this.#entries.delete(oldest);
    return operation;
  }

  /**
   * An operation, after at most `waitSeconds` for its end.
   * @throws ApiError when there is none by that name.
   */
  async get(name: string, waitSeconds: number): Promise<Operation> {
    const entry = this.#entries.get(name);
    if (!entry) throw notFound("operation");
    if (waitSeconds > 0 && !entry.operation.done) {
      const timer = new AbortController();
      const time = timers.setTimeout(waitSeconds * 1000, undefined, { signal: timer.signal }).catch(() => {});
      await Promise.race([entry.finished, time]);
      timer.abort();
    }
    return entry.operation;
  }
}

function describe(error: unknown): { error_code: string; message: string; details?: object[] } {
  const { code, message, details } = asApiError(error);
  return { error_code: code, message, ...(details && { details }) };
}

function capitalize(kind: Kind): string {
  return kind.charAt(0).toUpperCase() + kind.slice(1);
}
