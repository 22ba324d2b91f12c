import { afterAll, expect, test } from "vitest";
import { connect, shop } from "../../design.mjs";

const pool = connect();
afterAll(() => pool.end());

test("a busy day: 300 orders, one after the other", async () => {
  await shop.addProduct(pool, "cup", 400);
  for (let order = 0; order < 300; order++) await shop.placeOrder(pool, `customer ${order}`, "cup", 1);
  expect(await shop.countProduct(pool, "cup")).toEqual({ stock: 100, sold: 300 });
});
