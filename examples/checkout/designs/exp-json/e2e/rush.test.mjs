import { afterAll, expect, test } from "vitest";
import { connect, shop } from "../../../design.mjs";

const pool = connect();
afterAll(() => pool.end());

// The document is read, changed and written back: two buyers at once could each overwrite the other.
test("a rush: 10 buyers at once, and no order is lost", async () => {
  await shop.addProduct(pool, "ticket", 10);
  const orders = await Promise.all(
    Array.from({ length: 10 }, (_, buyer) => shop.placeOrder(pool, `buyer ${buyer}`, "ticket", 1)),
  );
  const placed = orders.filter((order) => order !== null).length;
  expect(await shop.countProduct(pool, "ticket")).toEqual({ stock: 10 - placed, sold: placed });
});
