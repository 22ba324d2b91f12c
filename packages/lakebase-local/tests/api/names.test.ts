import { expect, test } from "vitest";
import { checkId, checkPostgresId, idFromName, makeUid } from "../../src/api/names.ts";

const long = "a".repeat(63);

test.each(["a", "z9", "dev-1", "a--b", "br-broad-sky-d2k5gewt", long])("accepts the id %s", (id) => {
  expect(() => checkId("branch_id", id)).not.toThrow();
});

test.each(["1dev", "-dev", "dev-", "Dev", "dev_1", "dev.1", "dév", "dev 1", "dev\n", `${long}a`])(
  "refuses the id %j, and names the field and the pattern",
  (id) => {
    expect(() => checkId("branch_id", id)).toThrow(
      `Field branch_id must match pattern ^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$, got '${id}'.`,
    );
  },
);

test("says that an empty id is required", () => {
  expect(() => checkId("project_id", "")).toThrow(
    `Field 'project_id' is required, expected non-default value (not "")!`,
  );
});

test.each(["role_id", "database_id"])("accepts a %s of 4 to 63 characters only", (field) => {
  for (const id of ["abcd", long]) expect(() => checkPostgresId(field, id)).not.toThrow();
  for (const id of ["", "abc", `${long}a`, "Abcd", "abcd-"])
    expect(() => checkPostgresId(field, id)).toThrow();
});

test("refuses each kind of id in the service's words for it", () => {
  expect(() => checkPostgresId("role_id", "me")).toThrow("must be 4-63 characters");
  expect(() => checkPostgresId("database_id", "db")).toThrow("Field database_id must match pattern");
});

test.each([
  ["databricks_postgres", "databricks-postgres"],
  ["Shop Orders", "shop-orders"],
  ["user@example.com", "user-example-com"],
  ["__a__b__", "a-b"],
  ["1st_role", "st-role"],
  ["日本", ""],
])("a name made by SQL, %s, goes by the id %s", (name, id) => {
  expect(idFromName(name)).toBe(id);
});

test("makes uids of the service's form, each another", () => {
  const uids = Array.from({ length: 200 }, () => makeUid("br"));
  expect(uids.filter((uid) => !/^br-[a-z]+-[a-z]+-[a-z0-9]{8}$/.test(uid))).toEqual([]);
  expect(new Set(uids).size).toBe(200);
  expect(makeUid("ep")).toMatch(/^ep-/);
});
