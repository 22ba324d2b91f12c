import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { printAnswers } from "./answers.mjs";

const run = promisify(execFile);

async function query(database, text) {
  const client = new pg.Client({ ssl: false, database });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

await printAnswers({
  restored: async () => {
    const folder = await mkdtemp(join(tmpdir(), "lakebase-local-dump-"));
    const file = join(folder, "numbers.dump");
    try {
      await query(
        process.env.PGDATABASE,
        "CREATE TABLE numbers AS SELECT generate_series(1, 1000) AS number",
      );
      await query(process.env.PGDATABASE, "CREATE DATABASE restored");
      await run("pg_dump", ["--format=custom", "--table=numbers", `--file=${file}`]);
      await run("pg_restore", ["--exit-on-error", "--dbname=restored", file]);
      return (await query("restored", "SELECT sum(number) FROM numbers"))[0].sum;
    } finally {
      await query(process.env.PGDATABASE, "DROP DATABASE restored");
      await query(process.env.PGDATABASE, "DROP TABLE numbers");
      await rm(folder, { recursive: true });
    }
  },
});
