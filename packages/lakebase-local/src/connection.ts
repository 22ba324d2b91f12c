import { readFile } from "node:fs/promises";
import * as z from "zod";
import type { Home } from "./home.ts";
import { startMark } from "./process.ts";
import { writeWhole } from "./whole-file.ts";

const connectionFile = z.object({
  pid: z.number().int(),
  /** When the process started. */
  mark: z.string().optional(),
  port: z.number().int(),
  /** It takes no more requests. */
  closing: z.boolean(),
});
export type Connection = z.infer<typeof connectionFile>;

/** Tells commands where this process listens, or that it ends. */
export async function publishConnection(home: Home, port: number, closing: boolean): Promise<void> {
  const connection: Connection = { pid: process.pid, mark: await startMark(process.pid), port, closing };
  await writeWhole(home.daemonFile, JSON.stringify(connection));
}

/** Where the daemon listened last, alive or not. */
export async function lastConnection(home: Home): Promise<Connection | undefined> {
  const text = await readFile(home.daemonFile, "utf8").catch(() => "null");
  return connectionFile.safeParse(JSON.parse(text)).data;
}

/** The daemon that takes requests. Its process is checked first, so that the token is never sent to another program. */
export async function findDaemon(home: Home): Promise<Connection | undefined> {
  const connection = await lastConnection(home);
  if (!connection?.mark || connection.closing || (await startMark(connection.pid)) !== connection.mark)
    return undefined;
  return connection;
}
