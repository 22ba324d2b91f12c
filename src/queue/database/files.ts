import { createReadStream, createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import * as z from "zod";
import type { Sql } from "./connect.ts";

/** In bytes. Each part is one row, and one message to the server. */
const partSize = 1_000_000;

/** Stores a file in the queue's database, in parts, replacing one of the same name. It is removed with its run. */
export async function putFile(sql: Sql, runId: string, file: string, path: string): Promise<void> {
  await sql.query("delete from lakebase_queue.part where run_id = $1 and file = $2", [runId, file]);
  let number = 0;
  for await (const bytes of createReadStream(path, { highWaterMark: partSize })) {
    number++;
    const text = "insert into lakebase_queue.part (run_id, file, number, bytes) values ($1, $2, $3, $4)";
    await sql.query(text, [runId, file, number, bytes]);
  }
}

const partsSchema = z.array(z.object({ bytes: z.instanceof(Uint8Array) }));

/** Writes a file from the queue's database to a path. @returns whether the queue has it */
export async function getFile(sql: Sql, runId: string, file: string, path: string): Promise<boolean> {
  let number = 0;
  async function* parts() {
    for (;;) {
      const text = "select bytes from lakebase_queue.part where run_id = $1 and file = $2 and number = $3";
      const [part] = partsSchema.parse((await sql.query(text, [runId, file, number + 1])).rows);
      if (part === undefined) return;
      number++;
      yield part.bytes;
    }
  }
  await pipeline(parts, createWriteStream(path));
  return number > 0;
}
