import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { getBranch, listBranches } from "../../src/lakebase/branches/branches.ts";
import { createBranch } from "../../src/lakebase/branches/create-branch.ts";
import { openBudget } from "../../src/lakebase/cli/budget.ts";
import { askCli } from "../../src/lakebase/cli/run-cli.ts";
import { openLakebase } from "../../src/lakebase/lakebase.ts";
import { branchJson, fakeCli, productionJson } from "./fake-cli.ts";

const listed = { "list-branches": [{ stdout: [productionJson] }] };

describe("every call", () => {
  test("asks for JSON, names the profile, and runs in a neutral folder with a clean environment", async () => {
    const { lakebase, calls } = fakeCli(listed, {
      profile: "dev",
      env: {
        CLAUDECODE: "1",
        DATABRICKS_OUTPUT_FORMAT: "text",
        DATABRICKS_BUNDLE_ROOT: "/w",
        DATABRICKS_HOST: "https://w",
      },
    });
    await listBranches(lakebase);
    const [call] = calls();
    expect(call?.args).toEqual(["postgres", "list-branches", "projects/p", "-o", "json", "--profile", "dev"]);
    expect(call?.cwd).toBe("/");
    expect(call?.env).toMatchObject({
      DATABRICKS_HOST: "https://w",
      DATABRICKS_CLI_DISABLE_UPDATE_CHECK: "true",
    });
    for (const name of ["CLAUDECODE", "DATABRICKS_OUTPUT_FORMAT", "DATABRICKS_BUNDLE_ROOT"]) {
      expect(call?.env).not.toHaveProperty(name);
    }
  });

  test("succeeds whatever is on stderr, and keeps an unknown field in its notes", async () => {
    const stderr =
      "Warn: [hostmetadata] slow\nWarning: unknown field: tttl\n  in inline.json:1:1\nError: not one";
    const { lakebase } = fakeCli({ "create-branch": [{ stdout: branchJson("exp-a"), stderr }] });
    const { warnings } = await createBranch(lakebase, { branch: "exp-a", expiry: { ttl: "60s" } });
    expect(warnings).toEqual(["Warning: unknown field: tttl"]);
  });
});

describe("a call that hangs", () => {
  const hung = { "list-branches": [{ hang: true }] };

  test("is stopped in time, with all its child processes, and reported as a timeout", async () => {
    const { lakebase, calls, childPids } = fakeCli(hung, {
      limits: { read_ms: 10_000, operation_ms: 60_000, pause_ms: 100_000 },
    });
    await expect(listBranches(lakebase)).rejects.toMatchObject({
      code: "timed_out",
      message: expect.stringContaining("list-branches projects/p did not answer within 10 s"),
      retryable: true,
    });
    expect(childPids()).toHaveLength(1);
    for (const pid of [...calls().map((call) => call.pid), ...childPids()]) await untilGone(pid);
  });

  test("is stopped when its caller cancels", async () => {
    const { lakebase, childPids } = fakeCli(hung);
    const controller = new AbortController();
    const listing = listBranches(lakebase, { signal: controller.signal });
    listing.catch(() => {});
    while (childPids().length === 0) await sleep(20);
    controller.abort();
    await expect(listing).rejects.toMatchObject({ code: "cancelled", retryable: false });
    for (const pid of childPids()) await untilGone(pid);
  });
});

test("never runs more processes at once than the limit", async () => {
  const script = { "get-branch": [{ stdout: branchJson("a"), after_ms: 300 }] };
  const { lakebase, names, peak } = fakeCli(script, { max_processes: 2 });
  await Promise.all(Array.from({ length: 6 }, (_, index) => getBranch(lakebase, `a${index}`)));
  expect(names()).toHaveLength(6);
  expect(peak()).toBeLessThanOrEqual(2);
});

test("shares one process among identical simultaneous calls, but not with a later one", async () => {
  const script = { "get-branch": [{ stdout: branchJson("a"), after_ms: 300 }] };
  const { lakebase, names } = fakeCli(script);
  const together = Array.from({ length: 6 }, () => getBranch(lakebase, "a"));
  while (names().length === 0) await sleep(20);
  await Promise.all([...together, getBranch(lakebase, "a")]);
  expect(names()).toEqual(["get-branch", "get-branch"]);
});

test("does not end a shared process when one of its callers cancels", async () => {
  const { lakebase, names } = fakeCli({ "get-branch": [{ stdout: branchJson("a"), after_ms: 3_000 }] });
  const controller = new AbortController();
  const leaving = getBranch(lakebase, "a", { signal: controller.signal });
  const staying = getBranch(lakebase, "a");
  while (names().length === 0) await sleep(20);
  controller.abort();
  await expect(leaving).rejects.toMatchObject({ code: "cancelled" });
  expect((await staying).branch).toBe("a");
});

describe("an executable that is not the CLI", () => {
  test.each([["/nowhere/databricks"], ["/etc/passwd"]])("cannot be started: %s", async (file) => {
    const listing = listBranches(openLakebase({ command: [file], project: "p" }));
    await expect(listing).rejects.toMatchObject({
      code: "cli_missing",
      message: expect.stringContaining(file),
    });
  });

  test("is reported by its missing fields, without its output", async () => {
    const { lakebase } = fakeCli({
      "generate-database-credential": [{ stdout: { token: 5, secret: "s3cr3t" } }],
    });
    const call = { args: ["postgres", "generate-database-credential", "e"] };
    const asking = askCli(lakebase, openBudget(lakebase), call, z.object({ token: z.string() }));
    const error = await asking.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "unreadable_output", message: expect.stringContaining("token") });
    expect(JSON.stringify([error, String(error)])).not.toContain("s3cr3t");
  });
});

async function untilGone(pid: number): Promise<void> {
  await expect.poll(() => isRunning(pid)).toBe(false);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
