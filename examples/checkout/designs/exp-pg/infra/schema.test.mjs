import { readFile } from "node:fs/promises";
import { afterAll, expect, test } from "vitest";
import { connect, designDirectory } from "../../design.mjs";

const pool = connect();
afterAll(() => pool.end());

test("the schema can be applied to a database that has it", async () => {
  const schema = await readFile(new URL("schema.sql", designDirectory), "utf8");
  await expect(pool.query(schema)).resolves.toBeDefined();
});

test("the database itself refuses a negative stock", async () => {
  await expect(pool.query("INSERT INTO product VALUES ('hole', -1)")).rejects.toThrow(/product_stock_check/);
});
