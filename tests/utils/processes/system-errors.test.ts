import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CoreError } from "../../../src/utils/core-error.ts";
import { describeError } from "../../../src/utils/describe-error.ts";
import {
  asKnownError,
  findSpawnError,
  findSystemError,
  retryWhileOutOfFiles,
} from "../../../src/utils/processes/system-errors.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";

const fail = (code: string) => Object.assign(new Error(`${code}: it failed, open '/w/a'`), { code });

test.each([
  ["ENOSPC", "disk_full", true],
  ["EDQUOT", "disk_full", true],
  ["EROFS", "read_only", false],
  ["EACCES", "permission_denied", false],
  ["EPERM", "permission_denied", false],
  ["EMFILE", "too_many_open_files", true],
  ["ENFILE", "too_many_open_files", true],
  ["EAGAIN", "no_more_processes", true],
  ["ENOMEM", "no_more_processes", true],
])("%s of the machine is %s", (errno, code, retryable) => {
  const cause = fail(errno);
  expect(findSystemError(cause)).toMatchObject({
    code,
    retryable,
    cause,
    message: expect.stringMatching(/: E\w+: it failed, open '\/w\/a'$/),
    hint: expect.stringMatching(/call again\.$/),
  });
  expect(describeError(cause)).toMatchObject({ code, retryable });
});

test.each([
  ["an errno that nobody can act on", fail("ENOENT")],
  ["an error without a code", new Error("no")],
  ["an error of ours", new CoreError("disk_full", "Full.", { hint: "Free some." })],
  ["a code that is a property of every object", fail("constructor")],
  ["a text", "ENOSPC"],
  ["nothing", undefined],
])("%s is none of the machine's", (_what, error) => {
  expect(findSystemError(error)).toBeUndefined();
});

test("a defect is rethrown as it is, and described as a bug", () => {
  const defect = new TypeError("x is not a function");
  expect(() => asKnownError(defect)).toThrow(defect);
  expect(describeError(defect)).toEqual({
    code: "internal",
    message: "x is not a function",
    hint: "This is a bug in the server. Please report it, with the call that you made.",
    retryable: false,
  });
  expect(describeError("a text")).toMatchObject({ code: "internal", message: "a text" });
});

test("an error of ours keeps its advice, to which a front end adds its own", () => {
  const error = new CoreError("unknown_run", "No run.", { hint: "Check the id." });
  expect(asKnownError(error)).toBe(error);
  expect(describeError(error, { unknown_run: "get_status lists them." }).hint).toBe(
    "Check the id. get_status lists them.",
  );
  expect(describeError(error, { unknown_tool: "No." }).hint).toBe("Check the id.");
});

test("only a limit of the system keeps a program from starting", () => {
  expect(findSpawnError("git", "EAGAIN")).toMatchObject({
    code: "no_more_processes",
    message: "The machine cannot start another process: git could not be started",
  });
  expect(findSpawnError("git", "EMFILE")?.code).toBe("too_many_open_files");
  for (const code of ["ENOENT", "EACCES", undefined]) expect(findSpawnError("git", code)).toBeUndefined();
});

test("a folder that cannot be made below a file is no read-only file system", async () => {
  const file = join(await temporaryFolder(), "a");
  await writeFile(file, "");
  const error = await mkdir(join(file, "b", "c"), { recursive: true }).catch((cause: unknown) => cause);
  expect(findSystemError(error)).toBeUndefined();
  const missing = Object.assign(fail("ENOENT"), { syscall: "mkdir", path: join(file, "..", "b", "c") });
  expect(findSystemError(missing)).toBeUndefined();
});

test("a task waits for files to be closed, and not for anything else", async () => {
  let attempts = 0;
  const task = async () => {
    attempts += 1;
    if (attempts < 3) throw fail("EMFILE");
    return "done";
  };
  expect(await retryWhileOutOfFiles(async () => "at once")).toBe("at once");
  const other = retryWhileOutOfFiles(() => Promise.reject(fail("ENOENT")));
  await expect(other).rejects.toMatchObject({ code: "ENOENT" });
  expect(await retryWhileOutOfFiles(task)).toBe("done");
  expect(attempts).toBe(3);
});
