import { afterAll, expect, test } from "vitest";
import { connect, shop } from "../../design.mjs";

const pool = connect();
afterAll(() => pool.end());

test("an order takes its quantity from the stock", async () => {
  await shop.addProduct(pool, "lamp", 5);
  expect(await shop.placeOrder(pool, "ada", "lamp", 2)).toMatch(/^\d+$/);
  expect(await shop.countProduct(pool, "lamp")).toEqual({ stock: 3, sold: 2 });
});

test("an order beyond the stock is refused and changes nothing", async () => {
  await shop.addProduct(pool, "desk", 1);
  expect(await shop.placeOrder(pool, "ada", "desk", 2)).toBeNull();
  expect(await shop.countProduct(pool, "desk")).toEqual({ stock: 1, sold: 0 });
});

test("a product that is not there cannot be ordered", async () => {
  expect(await shop.placeOrder(pool, "ada", "unicorn", 1)).toBeNull();
});
