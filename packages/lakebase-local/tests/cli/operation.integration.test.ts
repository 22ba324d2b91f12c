import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { waitForOperation } from "../../src/cli/operation.ts";
import { findHome } from "../../src/home.ts";
import { Machine } from "../machine.ts";

let machine: Machine;

beforeAll(async () => {
  machine = await Machine.create();
});

afterAll(() => machine.destroy());

test("waiting for an operation fails as a lost connection when the daemon is killed", async () => {
  const home = findHome({ LAKEBASE_LOCAL_HOME: machine.home });
  const words = ["postgres", "create-branch", "projects/local", "dev", "--no-expiry", "--no-wait"];
  const { name } = await machine.json(z.object({ name: z.string() }), ...words);
  expect(await waitForOperation(home, name, 0)).toMatchObject({ name: "projects/local/branches/dev" });
  process.kill((await machine.status()).pid ?? 0, "SIGKILL");
  await machine.run("start");
  await expect(waitForOperation(home, name, 0)).rejects.toThrow(
    /^connection reset: the daemon ended before the operation was done\. The next command starts it/,
  );
});
