import timers from "node:timers/promises";
import { apiBase } from "../commands.ts";
import { readField, readText } from "../fields.ts";
import type { Home } from "../home.ts";
import { CallError, call, daemonEnded } from "./client.ts";

const longestWait = 10;

/**
 * Waits for an operation's end, for ever when `timeoutSeconds` is 0.
 * @returns its response
 * @throws CallError when it failed, the daemon was killed, or the time is over; the operation itself goes on then.
 */
export async function waitForOperation(home: Home, name: string, timeoutSeconds: number): Promise<unknown> {
  const deadline = timeoutSeconds > 0 ? performance.now() + timeoutSeconds * 1000 : Number.POSITIVE_INFINITY;
  for (;;) {
    const left = (deadline - performance.now()) / 1000;
    if (left <= 0) throw new CallError("context deadline exceeded");
    const asked = call(home, {
      method: "GET",
      path: `${apiBase}/${name}`,
      waitSeconds: Math.min(longestWait, left),
    });
    const operation = await before(deadline, asked.catch(explainLoss));
    // Polling anything but an operation would never end.
    readText(operation, "name");
    if (readField(operation, "done") !== true) continue;
    const [error, response] = [readField(operation, "error"), readField(operation, "response")];
    if (error !== undefined)
      throw new CallError(
        `operation failed: [${readText(error, "error_code")}] ${readText(error, "message")}`,
      );
    if (response === undefined) throw new CallError("operation completed but no response available");
    return response;
  }
}

/** A daemon knows only the operations that it started itself. */
function explainLoss(error: unknown): never {
  const isUnknown = error instanceof CallError && error.message.startsWith("operation id not found");
  throw isUnknown ? daemonEnded("the operation was done") : error;
}

async function before<Answer>(deadline: number, answer: Promise<Answer>): Promise<Answer> {
  if (!Number.isFinite(deadline)) return answer;
  const timer = new AbortController();
  const late = timers
    .setTimeout(Math.max(0, deadline - performance.now()), undefined, { signal: timer.signal })
    .then(() => {
      throw new CallError("context deadline exceeded");
    });
  try {
    return await Promise.race([answer, late]);
  } finally {
    timer.abort();
    late.catch(() => {});
    answer.catch(() => {});
  }
}
