import { setImmediate } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { connect, shop } from "../../design.mjs";

const [pool, gate] = [connect(), connect(1)];
afterAll(() => Promise.all([pool.end(), gate.end()]));

// The document is read, changed and written back, so two simultaneous buyers could overwrite each other's order.
test("a rush: 10 buyers at once, and no order is lost", async () => {
  await shop.addProduct(pool, "ticket", 10);
  const open = await closeGate();
  const rush = Promise.all(
    Array.from({ length: 10 }, (_, buyer) => shop.placeOrder(pool, `buyer ${buyer}`, "ticket", 1)),
  );
  await setImmediate();
  // A design may admit fewer buyers than have come; those it admits meet at the gate.
  await expect.poll(countWaiting, { timeout: 200_000 }).toBe(countInside());
  await open();
  const placed = (await rush).filter((order) => order !== null).length;
  expect(await shop.countProduct(pool, "ticket")).toEqual({ stock: 10 - placed, sold: placed });
});

/** Allows everybody to read the document, but nobody to write it, until the gate is opened. */
async function closeGate() {
  await gate.query("BEGIN");
  await gate.query("LOCK TABLE shop IN SHARE ROW EXCLUSIVE MODE");
  return () => gate.query("COMMIT");
}

/** Counts the buyers that are waiting for a database lock. */
async function countWaiting() {
  const { rows } = await gate.query(
    "SELECT count(DISTINCT pid)::int AS waiting FROM pg_locks WHERE NOT granted",
  );
  return rows[0].waiting;
}

/** Counts the buyers that the design currently admits to the database. */
function countInside() {
  return pool.totalCount - pool.idleCount;
}
