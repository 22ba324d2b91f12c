import { expect, test } from "vitest";
import type { SchemaChange, SchemaRisk } from "../../../schemas/comparison/schema-change.ts";
import { buildMigrationCases } from "../../../src/runs/migrations/migration-cases.ts";

const megabyte = 2 ** 20;

function change(effect?: SchemaRisk["effect"], table_bytes = 64 * megabyte): SchemaChange {
  const risk = effect && { effect, table: "public.orders", table_bytes, table_rows: 10 };
  return {
    ...{ change: "added", kind: "index", object: "public.orders_by_customer", aspects: {} },
    ...(risk !== undefined && { risks: [risk] }),
  };
}

const statuses = (...given: Parameters<typeof buildMigrationCases>) =>
  buildMigrationCases(...given).map(({ status }) => status);

test("passes every test of a setup that applies and can be run again without changes", () => {
  expect(statuses({ changes: [change()], again: [] }, [])).toEqual(["passed", "passed", "passed"]);
});

test("fails once and skips the other tests if a setup does not apply", () => {
  const [applies, ...others] = buildMigrationCases(
    { failure: { run: "first", message: "The setup command exited with status 1." } },
    [],
  );
  expect(applies).toMatchObject({ status: "failed", failure: "The setup command exited with status 1." });
  expect(others.map(({ status }) => status)).toEqual(["skipped", "skipped"]);
});

test("fails a setup that fails or changes the schema when it is run again", () => {
  const failure = { run: "again", message: "It exited with status 1." } as const;
  expect(buildMigrationCases({ changes: [], failure }, [])[1]).toMatchObject({
    status: "failed",
    failure: "It exited with status 1.",
  });
  expect(buildMigrationCases({ changes: [], again: [change()] }, [])[1]).toMatchObject({
    status: "failed",
    failure: "The second run changed the schema: +index public.orders_by_customer.",
  });
  expect(statuses({ changes: [] }, [])).toEqual(["passed", "failed", "passed"]);
});

test.each<[SchemaRisk["effect"], boolean]>([
  ["rewrites_table", true],
  ["blocks_all", true],
  ["blocks_writes", true],
  ["scans_table", false],
  ["needs_values", false],
  ["drops_data", false],
])("%s on a large table that may_lock does not name fails: %s", (effect, isFailure) => {
  const applied = { changes: [change(effect)], again: [] };
  expect(statuses(applied, []).at(-1)).toBe(isFailure ? "failed" : "passed");
  expect(statuses(applied, ["public.orders"]).at(-1)).toBe("passed");
  expect(statuses(applied, ["orders"]).at(-1)).toBe(isFailure ? "failed" : "passed");
  expect(statuses({ changes: [change(effect, 64 * megabyte - 1)], again: [] }, []).at(-1)).toBe("passed");
});

test("names what locks which table, and its size", () => {
  const changes = [change("blocks_writes"), change("rewrites_table", 2_000 * megabyte)];
  expect(buildMigrationCases({ changes, again: [] }, []).at(-1)?.failure).toBe(
    "index public.orders_by_customer blocks writes of public.orders, 64 MB, " +
      "index public.orders_by_customer rewrites public.orders, 2000 MB. " +
      "Change the migration, or name the table in may_lock of the suite.",
  );
});
