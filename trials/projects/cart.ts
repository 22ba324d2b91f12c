import { nodeSuite } from "./node-suite.ts";

/** A shop with a migration and a suite of node:test, whose cart is yet to be designed. */
export const cartProject: Record<string, string> = {
  "package.json": JSON.stringify({
    type: "module",
    scripts: { test: "node --test", migrate: "node migrate.mjs" },
  }),
  "README.md": "A design of the cart is schema.sql, and cart.mjs with add(db, price) and total(db).\n",
  "database.mjs": `import pg from "pg";
export async function connect() {
  const db = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await db.connect();
  return db;
}
`,
  "migrate.mjs": `import { existsSync, readFileSync } from "node:fs";
import { connect } from "./database.mjs";
const db = await connect();
if (existsSync("schema.sql")) await db.query(readFileSync("schema.sql", "utf8"));
await db.end();
`,
  "tests/cart.test.mjs": `import assert from "node:assert";
import { test } from "node:test";
import { add, total } from "../cart.mjs";
import { connect } from "../database.mjs";
const inCart = (prices) => async () => {
  const db = await connect();
  await db.query("BEGIN");
  for (const price of prices) await add(db, price);
  const sum = await total(db);
  await db.end();
  assert.equal(sum, prices.length === 0 ? "0.00" : "0.30");
};
test("an empty cart costs nothing", inCart([]));
test("a cart costs the sum of its prices to the cent", inCart(["0.10", "0.20"]));
`,
};

/** Passes the suite. */
export const exactCart = {
  "schema.sql": "CREATE TABLE IF NOT EXISTS cart (price numeric(10, 2) NOT NULL);\n",
  "cart.mjs": `export const add = (db, price) => db.query("INSERT INTO cart VALUES ($1)", [price]);
export const total = async (db) =>
  (await db.query("SELECT coalesce(sum(price), 0)::numeric(10, 2) AS sum FROM cart")).rows[0].sum;
`,
};

/** Fails one test: 0.1 plus 0.2 is not 0.3. */
export const roundedCart = {
  "schema.sql": "CREATE TABLE IF NOT EXISTS cart (price double precision NOT NULL);\n",
  "cart.mjs": `export const add = (db, price) => db.query("INSERT INTO cart VALUES ($1)", [price]);
export const total = async (db) => {
  const { sum } = (await db.query("SELECT sum(price) FROM cart")).rows[0];
  return sum === null ? "0.00" : String(sum);
};
`,
};

export const cartPlan = {
  setup: ["node", "migrate.mjs"],
  suites: { api: nodeSuite() },
  promote: { target: "main", migrate: ["node", "migrate.mjs"] },
};
