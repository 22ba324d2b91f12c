import { readFile } from "node:fs/promises";
import { connect, designDirectory } from "./design.mjs";

const pool = connect(1);
await pool.query(await readFile(new URL("schema.sql", designDirectory), "utf8"));
await pool.end();
