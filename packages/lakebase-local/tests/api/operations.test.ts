import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { badRequest, managedByParent } from "../../src/api/api-error.ts";
import { Operations } from "../../src/api/operations.ts";

function open() {
  const reports: string[] = [];
  return { operations: new Operations((text) => reports.push(text)), reports };
}

function makeGate() {
  let resolve: (value: object) => void = () => {};
  const promise = new Promise<object>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

test("an operation names its resource and kind, and is not done while its work goes on", async () => {
  const { operations } = open();
  const gate = makeGate();
  const begun = operations.start("projects/p/branches/b", "branch", () => gate.promise);
  expect(begun).toEqual({
    name: expect.stringMatching(/^projects\/p\/branches\/b\/operations\/[0-9a-f-]{36}$/),
    metadata: { "@type": "type.googleapis.com/databricks.postgres.v1.BranchOperationMetadata" },
  });
  expect(operations.running).toBe(1);
  expect(await operations.get(begun.name, 0)).not.toHaveProperty("done");
  gate.resolve({ n: 1 });
  expect(await operations.get(begun.name, 30)).toMatchObject({ done: true, response: { n: 1 } });
  expect(operations.running).toBe(0);
});

test("a wait for an operation ends with its time, though the work goes on", async () => {
  const { operations } = open();
  const { name } = operations.start("projects/p", "project", () => new Promise(() => {}));
  expect(await operations.get(name, 0.01)).not.toHaveProperty("done");
});

test("a refusal becomes the operation's error with its code and details, and is not reported", async () => {
  const { operations, reports } = open();
  const refused = operations.start("r", "branch", async () => {
    throw managedByParent("not alone");
  });
  expect(await operations.get(refused.name, 30)).toMatchObject({
    done: true,
    error: {
      error_code: "BAD_REQUEST",
      message: "not alone",
      details: [{ reason: "RESOURCE_CONFLICT", metadata: { declarative_context: "MANAGED_BY_PARENT" } }, {}],
    },
  });
  const plain = operations.start("r", "branch", () => Promise.reject(badRequest("no")));
  expect((await operations.get(plain.name, 30)).error).toEqual({ error_code: "BAD_REQUEST", message: "no" });
  expect(reports).toEqual([]);
});

test.each([
  [new Error("ENOSPC: no space left on device, write"), "RESOURCE_EXHAUSTED", "the disk is full: ENOSPC"],
  [new Error("EROFS: read-only file system, open"), "FAILED_PRECONDITION", "the file system is read-only"],
  [new Error("EACCES: permission denied, open"), "PERMISSION_DENIED", "this user may not access a file"],
  [new Error("EMFILE: too many open files, open"), "RESOURCE_EXHAUSTED", "too many files are open"],
  [new Error("spawn EAGAIN"), "RESOURCE_EXHAUSTED", "the machine is out of memory or processes"],
  [new TypeError("x is not a function"), "INTERNAL_ERROR", "x is not a function"],
  ["a text", "INTERNAL_ERROR", "a text"],
])("a failure, %s, becomes %s, and is reported", async (thrown, code, message) => {
  const { operations, reports } = open();
  const { name } = operations.start("r", "branch", async () => {
    throw thrown;
  });
  const { error } = await operations.get(name, 30);
  expect(error).toEqual({ error_code: code, message: expect.stringContaining(message) });
  expect(reports).toEqual([expect.stringContaining(`${name} failed: `)]);
});

test("an operation that nobody started is not found", async () => {
  await expect(open().operations.get("projects/p/operations/1", 0)).rejects.toMatchObject({
    status: 404,
    message: expect.stringMatching(/^operation id not found \[TraceId: /),
  });
});

test("only the last thousand operations are known", async () => {
  const { operations } = open();
  const names = Array.from({ length: 1001 }, () => operations.start("r", "role", async () => ({})).name);
  await expect(operations.get(names[0] ?? "", 0)).rejects.toThrow("operation id not found");
  expect(await operations.get(names[1] ?? "", 30)).toMatchObject({ done: true });
});

test("all operations have settled once the last one is done", async () => {
  const { operations } = open();
  const gate = makeGate();
  operations.start("r", "role", async () => ({}));
  operations.start("r", "role", () => gate.promise);
  await sleep(0);
  expect(operations.running).toBe(1);
  gate.resolve({});
  await operations.settled(30);
  expect(operations.running).toBe(0);
});
