import { readFile } from "node:fs/promises";
import { request } from "node:http";
import { findDaemon } from "../connection.ts";
import { parseAnswer, readText } from "../fields.ts";
import type { Home } from "../home.ts";
import { getCode, getMessage } from "../local-error.ts";

/** A request to the daemon. */
export interface Call {
  method: string;
  /** Path with query. */
  path: string;
  body?: unknown;
  /** Seconds to wait for an operation's end before the answer. */
  waitSeconds?: number;
}

/** The daemon's refusal: its message is what the user reads. */
export class CallError extends Error {
  override readonly name: string = "CallError";
}

/**
 * Sends a request to the daemon of a state directory, starting it if it does not run.
 * @throws CallError with the daemon's text, or LocalError when it does not start.
 */
export async function call(home: Home, wanted: Call): Promise<unknown> {
  const running = await findDaemon(home);
  if (running) {
    try {
      return await send(running.port, await readFile(home.tokenFile, "utf8"), wanted);
    } catch (error) {
      if (!mayTryAgain(error, wanted)) throw describeFailure(error);
    }
  }
  const { startDaemon } = await import("./start-daemon.ts");
  const { port } = await startDaemon(home);
  return send(port, await readFile(home.tokenFile, "utf8"), wanted).catch((error) => {
    throw describeFailure(error);
  });
}

/** Sends a request to the daemon if it runs. @returns undefined when it does not. */
export async function callIfRunning(home: Home, wanted: Call): Promise<unknown> {
  return (await findDaemon(home)) ? call(home, wanted) : undefined;
}

/** A refused connection carried no request, and a read request may be repeated. */
function mayTryAgain(error: unknown, { method }: Call): boolean {
  return getCode(error) === "ECONNREFUSED" || (getCode(error) === "ECONNRESET" && method === "GET");
}

/** Explains a broken connection to the user. */
function describeFailure(error: unknown): unknown {
  if (getCode(error) === undefined) return error;
  return daemonEnded("it answered", getMessage(error));
}

/** The daemon was killed, so its request may or may not have been carried out. Worded like a lost connection. */
export function daemonEnded(before: string, reason?: string): CallError {
  return new CallError(
    `connection reset: the daemon ended before ${before}${reason ? ` (${reason})` : ""}. ` +
      "The next command starts it again. Check what was done, then run this command again",
  );
}

function send(port: number, token: string, { method, path, body, waitSeconds }: Call): Promise<unknown> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers = {
    authorization: `Bearer ${token}`,
    ...(text !== undefined && { "content-type": "application/json" }),
    ...(waitSeconds && { prefer: `wait=${Math.ceil(waitSeconds)}` }),
  };
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: "127.0.0.1", port, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        try {
          const answer = parseAnswer(Buffer.concat(chunks).toString("utf8"));
          if (response.statusCode === 200) resolve(answer);
          else reject(new CallError(readText(answer, "message")));
        } catch (error) {
          reject(error);
        }
      });
    });
    outgoing.on("error", reject);
    outgoing.end(text);
  });
}
