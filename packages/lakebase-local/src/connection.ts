import { readFile } from "node:fs/promises";
import { readField } from "./fields.ts";
import type { Home } from "./home.ts";
import { startMark } from "./process.ts";
import { writeWhole } from "./whole-file.ts";

/** Where a daemon listens, as its file says. */
export interface Connection {
  pid: number;
  /** When the process started. */
  mark?: string;
  port: number;
  /** It takes no more requests. */
  closing: boolean;
}

/** Tells commands where this process listens, or that it ends. */
export async function publishConnection(home: Home, port: number, closing: boolean): Promise<void> {
  const mark = await startMark(process.pid);
  const connection: Connection = { pid: process.pid, ...(mark !== undefined && { mark }), port, closing };
  await writeWhole(home.daemonFile, JSON.stringify(connection));
}

/** Where the daemon listened last, alive or not; undefined if its file is missing or damaged. */
export async function lastConnection(home: Pick<Home, "daemonFile">): Promise<Connection | undefined> {
  try {
    return toConnection(JSON.parse(await readFile(home.daemonFile, "utf8")));
  } catch {
    return undefined;
  }
}

/** The daemon that takes requests. Its process is checked first, so that the token is never sent to another program. */
export async function findDaemon(home: Home): Promise<Connection | undefined> {
  const connection = await lastConnection(home);
  if (!connection?.mark || connection.closing || (await startMark(connection.pid)) !== connection.mark)
    return undefined;
  return connection;
}

function toConnection(value: unknown): Connection | undefined {
  const [pid, mark, port] = ["pid", "mark", "port"].map((name) => readField(value, name));
  if (typeof pid !== "number" || typeof port !== "number") return undefined;
  const closing = readField(value, "closing") !== false;
  return { pid, port, closing, ...(typeof mark === "string" && { mark }) };
}
