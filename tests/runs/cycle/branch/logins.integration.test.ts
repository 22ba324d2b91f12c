import { expect, test } from "vitest";
import { readSchema } from "../../../../src/database/snapshot.ts";
import { asBranchName } from "../../../../src/lakebase/branches/branch-id.ts";
import { openLakebase } from "../../../../src/lakebase/lakebase.ts";
import { keepLogins } from "../../../../src/runs/cycle/branch/logins.ts";
import { fakePostgres } from "../../../lakebase/fake-postgres.ts";

/** Reads the schema of a branch whose server refuses as many sessions as there are refusals. */
async function prepare(...refusals: { code: string; message: string }[]) {
  const { host, passwords } = await fakePostgres(refusals);
  const [address = "", port] = host.split(":");
  const connection = {
    ...{ host: address, port: Number(port), endpoint: "e", user: "ann", password: "t1", database: "shop" },
    ...{ sslmode: "disable" as const, expires_at: "2026-01-01T00:00:00Z", api_host: null },
  };
  const waits: (string | undefined)[] = [];
  const options = { signal: new AbortController().signal, onWait: (what?: string) => void waits.push(what) };
  const lakebase = openLakebase({ command: ["databricks"], project: "p", limits: { pause_ms: 1 } });
  const { reading } = keepLogins(lakebase, asBranchName("exp-a"), options);
  return { read: () => reading(connection, readSchema), waits, sessions: () => passwords.length };
}

const full = { code: "53300", message: "too many active computes: 2 of 2 in use" };

test("reads in a single session", async () => {
  const { read, waits, sessions } = await prepare();
  expect(await read()).toEqual([]);
  expect(sessions()).toBe(1);
  expect(waits).toEqual([]);
});

test("waits for a compute to read, where all are in use", async () => {
  const { read, waits } = await prepare(full, full);
  expect(await read()).toEqual([]);
  expect(waits).toEqual(["a compute, 2 of 2 in use", undefined]);
});

test("does not wait where waiting would not help", async () => {
  const { read, sessions } = await prepare({ code: "3D000", message: "no such database" });
  await expect(read()).rejects.toMatchObject({ code: "schema_unreadable" });
  expect(sessions()).toBe(1);
});
