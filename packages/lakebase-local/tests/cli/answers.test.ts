import { expect, test } from "vitest";
import { UsageError } from "../../src/cli/arguments.ts";
import { CallError } from "../../src/cli/client.ts";
import { openDaemon, type Reply } from "./daemon.ts";

const branch = "projects/p/branches/b";
const started = { name: `${branch}/operations/1`, metadata: {} };
const finish = (more: object): ((call: string, asked: number) => Reply) => {
  return (_call, asked) => ({ body: asked === 1 ? started : { ...started, done: true, ...more } });
};

test("prints what a finished operation made, and asks for the operation with a wait", async () => {
  const { run, asked } = await openDaemon(finish({ response: { branch_id: "b" } }));
  expect(await run("create-branch", "projects/p", "b", "--no-expiry")).toBe('{\n  "branch_id": "b"\n}\n');
  expect(asked[1]).toEqual({ call: `GET ${branch}/operations/1`, body: undefined, prefer: "wait=10" });
});

test.each([
  ["delete-branch", branch],
  ["delete-endpoint", `${branch}/endpoints/e`],
  ["delete-database", `${branch}/databases/d`],
  ["delete-role", `${branch}/roles/r`],
  ["delete-project", "projects/p"],
  ["undelete-branch", branch],
  ["undelete-project", "projects/p"],
])("%s prints nothing when it waits, even as JSON, and the operation when it does not", async (...words) => {
  const waiting = await openDaemon(finish({ response: {} }));
  expect(await waiting.run(...words, "-o", "json")).toBe("");
  const { run } = await openDaemon(finish({ response: {} }));
  expect(JSON.parse(await run(...words, "--no-wait"))).toMatchObject({ name: started.name, done: true });
});

test("asks again until an operation is done", async () => {
  const { run, calls } = await openDaemon((_call, asked) => ({
    body: asked < 4 ? started : { ...started, done: true, response: { n: asked } },
  }));
  expect(JSON.parse(await run("update-branch", branch, "spec"))).toEqual({ n: 4 });
  expect(calls().slice(1)).toEqual(Array(3).fill(`GET ${started.name}`));
});

test.each([
  [
    { error: { error_code: "QUOTA_EXCEEDED", message: "branches limit exceeded" } },
    "operation failed: [QUOTA_EXCEEDED] branches limit exceeded",
  ],
  [{}, "operation completed but no response available"],
])("fails when an operation ends as %j", async (end, message) => {
  const { run } = await openDaemon(finish(end));
  await expect(run("create-branch", "projects/p", "b", "--no-expiry")).rejects.toThrow(
    new CallError(message),
  );
});

test("ends at the timeout, while the operation goes on", async () => {
  let finish = () => {};
  const end = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const { run, calls } = await openDaemon(async (_call, asked) => {
    if (asked > 1) await end;
    return { body: started };
  });
  await expect(run("update-branch", branch, "spec", "--timeout", "50ms")).rejects.toThrow(
    new CallError("context deadline exceeded"),
  );
  // A request that is lost would start a daemon, and make the request again.
  await expect.poll(() => calls().length).toBe(2);
  finish();
});

test("fails with the server's message alone", async () => {
  const refused = { error_code: "NOT_FOUND", message: "branch id not found [TraceId: 9f]", details: [{}] };
  const { run } = await openDaemon(() => ({ status: 404, body: refused }));
  await expect(run("get-branch", branch)).rejects.toThrow(new CallError("branch id not found [TraceId: 9f]"));
});

test.each(["<html>", "", '{"name":'])("names an answer %j as unreadable", async (body) => {
  const { run } = await openDaemon(() => ({ body }));
  await expect(run("get-branch", branch)).rejects.toThrow("the daemon's answer is not readable");
});

test("ends a poll for something that is no operation", async () => {
  const { run } = await openDaemon((_call, asked) => ({ body: asked === 1 ? started : { branches: [] } }));
  await expect(run("update-branch", branch, "spec")).rejects.toThrow("'name' is missing");
});

test("follows every page of a list, and prints one list", async () => {
  const { run, calls } = await openDaemon((call) =>
    call.includes("page_token=2")
      ? { body: { branches: [{ n: 3 }] } }
      : { body: { branches: [{ n: 1 }, { n: 2 }], next_page_token: "2" } },
  );
  expect(JSON.parse(await run("list-branches", "projects/p", "--page-size", "2"))).toEqual([
    { n: 1 },
    { n: 2 },
    { n: 3 },
  ]);
  expect(calls()).toEqual([
    "GET projects/p/branches?page_size=2",
    "GET projects/p/branches?page_size=2&page_token=2",
  ]);
});

test.each([
  ["1", [1], 1],
  ["2", [1, 2], 1],
  ["3", [1, 2, 3], 2],
  ["0", [1, 2, 3, 4], 2],
  ["9", [1, 2, 3, 4], 2],
])("stops after --limit %s items, without another page than it needs", async (limit, items, pages) => {
  const { run, calls } = await openDaemon((call) => ({
    body: call.includes("page_token") ? { roles: [3, 4] } : { roles: [1, 2], next_page_token: "2" },
  }));
  expect(JSON.parse(await run("list-roles", branch, "--limit", limit))).toEqual(items);
  expect(calls()).toHaveLength(pages);
});

test("prints an empty list as the official command does", async () => {
  const { run } = await openDaemon(() => ({ body: {} }));
  expect(await run("list-endpoints", branch)).toBe("[\n  \n]\n");
});

test("prints no part of a list of which a later page fails", async () => {
  const { run } = await openDaemon((call) =>
    call.includes("page_token")
      ? { status: 500, body: { message: "storage is gone" } }
      : { body: { branches: [1], next_page_token: "1" } },
  );
  await expect(run("list-branches", "projects/p")).rejects.toThrow(new CallError("storage is gone"));
});

test.each([
  [["create-branch", "projects/p"], "accepts 2 arg(s), received 1"],
  [["list-projects", "p"], "accepts 0 arg(s), received 1"],
  [["get-branch"], "accepts 1 arg(s), received 0"],
  [["update-branch", branch, "spec", "x"], "accepts 2 arg(s), received 3"],
  [["reset-branch", branch], 'unknown command "reset-branch" for "lakebase-local postgres"'],
  [["get-branch", branch, "--purge"], "unknown flag: --purge"],
  [["list-branches", "projects/p", "--no-wait"], "unknown flag: --no-wait"],
])("refuses %j with the usage, and asks nothing", async (words, message) => {
  const { run, calls } = await openDaemon(() => ({ body: {} }));
  const refusal = await run(...words).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(UsageError);
  expect(refusal).toMatchObject({ message, usage: expect.stringContaining("Usage:") });
  expect(calls()).toEqual([]);
});

test.each([
  [["list-branches", "projects/p", "--limit", "-1"], "--limit must be a non-negative integer, got -1"],
  [
    ["generate-database-credential", "e", "--json", '{"endpoint":"e"}'],
    "when --json flag is specified, no positional arguments are allowed. Provide 'endpoint' in your JSON input",
  ],
])("refuses %j, and asks nothing", async (words, message) => {
  const { run, calls } = await openDaemon(() => ({ body: {} }));
  await expect(run(...words)).rejects.toThrow(new Error(message));
  expect(calls()).toEqual([]);
});
