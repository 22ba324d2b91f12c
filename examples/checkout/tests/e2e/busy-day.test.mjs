import { afterAll, expect, test } from "vitest";
import { connect, shop } from "../../design.mjs";

const pool = connect();
afterAll(() => pool.end());

test("a busy day: 1500 orders, one after the other", async () => {
  await shop.addProduct(pool, "cup", 2000);
  for (let order = 0; order < 1500; order++) await shop.placeOrder(pool, `customer ${order}`, "cup", 1);
  expect(await shop.countProduct(pool, "cup")).toEqual({ stock: 500, sold: 1500 });
}, 60_000);
