import { describe, expect, test } from "vitest";
import { UsageError } from "../../src/cli/arguments.ts";
import { runPostgres } from "../../src/cli/postgres.ts";
import { formatUsage, renderOverview } from "../../src/cli/usage.ts";
import { runVerb } from "../../src/cli/verbs.ts";
import { commands } from "../../src/commands.ts";
import { findHome } from "../../src/home.ts";
import { openEmulator } from "../emulator.ts";

const production = "projects/local/branches/production";
/** Nothing is read or made there. */
const home = findHome({ LAKEBASE_LOCAL_HOME: "/nowhere" });

describe("url", () => {
  test.each(["production", production])("of %s leads to its endpoint for writing", async (branch) => {
    const { home, platform, production: record } = await openEmulator();
    const [primary] = record.endpoints;
    if (primary === undefined) return expect.unreachable();
    const reader = { ...primary, uid: "ep-reader", type: "ENDPOINT_TYPE_READ_ONLY" as const, port: 4242 };
    const endpoints = [reader, { ...primary, host: "127.9.9.9", port: 5432 }];
    await platform.store.saveBranch({ ...record, endpoints });
    const text = await runVerb(home, "url", [branch]);
    const url = new URL(text);
    expect(decodeURIComponent(url.username)).toBe("tester@lakebase.local");
    expect(url.password).toMatch(/^[\w-]{43}$/);
    expect(url.host).toBe("127.9.9.9");
    expect(text).toMatch(/\/databricks_postgres\?sslmode=disable\n$/);
  });

  test("needs a branch that has such an endpoint", async () => {
    const { home, addBranch } = await openEmulator();
    await addBranch("bare", { endpoints: [] });
    await expect(runVerb(home, "url", [])).rejects.toThrow(UsageError);
    await expect(runVerb(home, "url", ["nope"])).rejects.toThrow("branch id not found");
    await expect(runVerb(home, "url", [".."])).rejects.toThrow("resource not found");
    await expect(runVerb(home, "url", ["bare"])).rejects.toMatchObject({
      message: "branch bare has no endpoint to write to",
      hint: "Create one with create-endpoint.",
    });
  });
});

test("env prints what points the official command here, for a shell or as JSON", async () => {
  const { home } = await openEmulator();
  const text = await runVerb(home, "env", []);
  expect(text).toMatch(/^export DATABRICKS_HOST=http:\/\/127\.0\.0\.1:\d+\nexport DATABRICKS_TOKEN=token\n$/);
  expect(JSON.parse(await runVerb(home, "env", ["-o", "JSON"]))).toEqual({
    DATABRICKS_HOST: expect.stringMatching(/^http:/),
    DATABRICKS_TOKEN: "token",
  });
});

test("current-user me and auth describe say who is logged in, and where", async () => {
  const { home } = await openEmulator();
  expect(JSON.parse(await runVerb(home, "current-user", ["me"]))).toMatchObject({
    userName: "tester@lakebase.local",
  });
  expect(JSON.parse(await runVerb(home, "auth", ["describe", "-o", "json", "-p", "dev"]))).toMatchObject({
    status: "success",
    username: "tester@lakebase.local",
    details: { host: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/), auth_type: "pat" },
  });
});

test("version is the official command's in form", async () => {
  const { home } = await openEmulator();
  expect(await runVerb(home, "version", [])).toMatch(/^lakebase-local v\d+\.\d+\.\d+\n$/);
  expect(JSON.parse(await runVerb(home, "version", ["-o", "json"]))).toEqual({
    ProjectName: "lakebase-local",
    Version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    ...{ Major: expect.any(Number), Minor: expect.any(Number), Patch: expect.any(Number) },
  });
});

test.each([
  ["nope", [], 'unknown command "nope" for "lakebase-local"'],
  ["constructor", [], 'unknown command "constructor" for "lakebase-local"'],
  ["current-user", ["you"], 'unknown command "you" for "lakebase-local current-user"'],
  ["auth", ["token"], 'unknown command "token" for "lakebase-local auth"'],
  ["extensions", ["remove", "x"], "extensions expects 'add DIR'"],
  ["stop", ["--yes"], "unknown flag: --yes"],
])("%s %j is refused with the usage", async (name, words, message) => {
  const refusal = await runVerb(home, name, words).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(UsageError);
  expect(refusal).toMatchObject({ message, usage: expect.stringContaining("lakebase-local") });
});

test("reset deletes nothing without --yes", async () => {
  const { home, json } = await openEmulator();
  for (const words of [[], ["--yes=false"]])
    await expect(runVerb(home, "reset", words)).rejects.toMatchObject({ hint: "Add --yes to confirm." });
  expect(await json("list-projects")).toHaveLength(1);
});

describe("the usage", () => {
  test("lists every command but the hidden one, with what it does", () => {
    const text = renderOverview();
    const listed = [...text.matchAll(/^ {2}([a-z-]+) {3,}(.*)$/gm)].map(
      ([, name, what]) => `${name}: ${what}`,
    );
    expect(listed).toHaveLength(commands.length - 1);
    expect(text).not.toContain("undelete-branch");
    expect(listed).toContain("create-endpoint: Create an endpoint.");
    expect(listed).toContain("list-branches: List branches.");
    expect(listed).toContain("get-operation: Get an operation.");
    expect(listed).toContain("create-branch: Create a branch.");
  });

  test.each(commands)("of $name describes each of its flags, in order", async ({ name, positionals }) => {
    const text = await runPostgres(home, [name, "--help"]);
    expect(text).toContain(`lakebase-local postgres ${[name, ...positionals].join(" ")} [flags]\n`);
    const flags = [...text.matchAll(/^ {2,6}(?:-h, )?--([a-z-]+)( [a-zA-Z]+)? {3,}(.*)$/gm)];
    const names = flags.map(([, flag]) => flag);
    expect(names).toEqual(names.toSorted());
    expect(names).toContain("help");
    expect(flags.filter(([, , , what]) => what === "")).toEqual([]);
  });

  test("names the kind of a flag's value", () => {
    const [command] = commands;
    if (command === undefined) return expect.unreachable();
    const text = formatUsage(command, [
      { name: "json", kind: "json" },
      { name: "timeout", kind: "duration" },
      { name: "purge", kind: "bool" },
    ]);
    for (const flag of ["--json JSON", "--timeout duration", "--purge  "]) expect(text).toContain(flag);
  });
});
