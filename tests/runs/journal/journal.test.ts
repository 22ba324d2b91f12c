import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runDirectory, runJournalPath, runsDirectory } from "../../../src/experiments/layout.ts";
import { reserveCrashReport, writeCrashReport } from "../../../src/runs/journal/crash-report.ts";
import {
  createJournal,
  findWorker,
  forgetWorker,
  isCancelRequested,
  listRunIds,
  listRuns,
  newRunId,
  readRequest,
  readRun,
  recordWorker,
  requestCancel,
  requestFor,
  writeRun,
} from "../../../src/runs/journal/journal.ts";
import { CoreError } from "../../../src/utils/core-error.ts";
import { identifySelf } from "../../../src/utils/processes/process-identity.ts";
import { makeRequest, makeResult, makeRun } from "../../support/journal.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";

/** A process that had this one's pid before the machine was started again. */
const gone = { pid: process.pid, started: "another-boot/1" };

async function journal(run = makeRun(), request = makeRequest()) {
  const workspace = await temporaryFolder();
  await createJournal(workspace, run, request);
  return {
    workspace,
    run,
    id: run.run_id,
    file: (name: string) => join(runDirectory(workspace, run.run_id), name),
  };
}

it("names runs so that their order is that of their time, and no two are the same", () => {
  const ids = Array.from({ length: 50 }, () => newRunId());
  expect(new Set(ids).size).toBe(50);
  for (const id of ids) expect(id).toMatch(/^run-2\d{7}T\d{6}-[0-9a-f]{8}$/);
});

describe("a run whose worker is", () => {
  const results = [
    makeResult("exp-a", { status: "running", by_tag: { api: { passed: 1, failed: 0 } } }),
    makeResult("exp-b", { status: "succeeded" }),
    makeResult("exp-c"),
  ];
  const statuses = async (workspace: string, id: string) => {
    const run = await readRun(workspace, id);
    return [run.state, ...run.results.map(({ status }) => status)];
  };

  it("alive goes on", async () => {
    const { workspace, id } = await journal(makeRun({ results }));
    await recordWorker(workspace, id, await identifySelf());
    expect(await statuses(workspace, id)).toEqual(["running", "running", "succeeded", "queued"]);
    await forgetWorker(workspace, id);
    expect(await findWorker(workspace, id)).toBeUndefined();
  });

  it.each<[string, (workspace: string, id: string, path: string) => Promise<void>]>([
    ["gone", (workspace, id) => recordWorker(workspace, id, gone)],
    ["not known", async () => {}],
    ["not readable, as after a power failure", async (_workspace, _id, path) => writeFile(path, "")],
  ])("%s reads as interrupted, and keeps what it counted", async (_how, prepare) => {
    const { workspace, id, file } = await journal(makeRun({ results }));
    await prepare(workspace, id, file("worker.json"));
    expect(await statuses(workspace, id)).toEqual(["interrupted", "stopped", "succeeded", "queued"]);
    expect((await readRun(workspace, id)).results[0]?.by_tag).toEqual({ api: { passed: 1, failed: 0 } });
  });

  it("gone reads as cancelled if that was asked for, by whomever", async () => {
    const { workspace, id } = await journal(makeRun({ results }));
    expect(isCancelRequested(workspace, id)).toBe(false);
    await requestCancel(workspace, id);
    expect(isCancelRequested(workspace, id)).toBe(true);
    expect(await readRun(workspace, id)).toMatchObject({ state: "cancelled", stopped_by: "cancel_run" });
  });

  it("gone says why, if it could", async () => {
    const { workspace, id } = await journal();
    writeCrashReport(workspace, id, new CoreError("disk_full", "There is no room.", { hint: "Make some." }));
    const why = { code: "disk_full", message: "There is no room.", hint: "Make some.", retryable: false };
    expect(await readRun(workspace, id)).toMatchObject({ state: "interrupted", interrupted_by: why });
  });

  it("gone after the run had ended changes nothing", async () => {
    const ended = makeRun({ state: "finished", results });
    const { workspace, id } = await journal(ended);
    await recordWorker(workspace, id, gone);
    await requestCancel(workspace, id);
    expect(await readRun(workspace, id)).toEqual(ended);
  });
});

describe("the reason of a worker that dies", () => {
  const readReason = async (error: unknown, hasRoom = true) => {
    const { workspace, id, file } = await journal();
    if (!hasRoom) await rm(file("crash-report"));
    else await reserveCrashReport(workspace, id);
    writeCrashReport(workspace, id, error);
    return (await readRun(workspace, id)).interrupted_by;
  };

  it.each<[string, unknown, object]>([
    ["an error without a code", new Error("It broke."), { code: "internal", message: "It broke." }],
    ["what is no error", "a text", { code: "internal", message: "a text" }],
    ["one of the machine", Object.assign(new Error("write"), { code: "ENOSPC" }), { code: "disk_full" }],
    ["a long message, cut", new Error("x".repeat(9_000)), { message: "x".repeat(500) }],
    ["a message that JSON escapes", new Error("\u0001".repeat(9_000)), { message: "\u0001".repeat(500) }],
    [
      "a long hint, cut",
      new CoreError("disk_full", "No room.", { hint: "\u0001".repeat(9_000) }),
      { code: "disk_full", message: "No room.", hint: "\u0001".repeat(500) },
    ],
  ])("is read as it was: %s", async (_what, error, expected) => {
    expect(await readReason(error)).toMatchObject(expected);
  });

  it("is not known if there was no room for it, or if nothing was written there", async () => {
    expect(await readReason(new Error("x"), false)).toBeUndefined();
    const { workspace, id } = await journal();
    expect((await readRun(workspace, id)).interrupted_by).toBeUndefined();
  });

  it("is read from where an earlier version put it", async () => {
    const { workspace, id, file } = await journal();
    await rm(file("crash-report"));
    const error = { code: "internal", message: "x", hint: "y", retryable: false };
    await writeFile(file("last-words"), JSON.stringify(error));
    expect((await readRun(workspace, id)).interrupted_by).toEqual(error);
  });
});

describe("the runs of a workspace", () => {
  it("are listed newest first, by feature, without what is no run and what cannot be read", async () => {
    const workspace = await temporaryFolder();
    expect(await listRuns(workspace)).toEqual([]);
    const ids = [1, 2, 3].map((second) => `run-20260101T00000${second}-01234567`);
    for (const [index, run_id] of ids.entries()) {
      const created_at = `2026-01-01T00:00:0${index + 1}.000Z`;
      await writeRun(workspace, makeRun({ run_id, created_at, feature_id: index === 1 ? "F2" : "F1" }));
    }
    for (const other of ["ports", "run-notes", `${ids[0]}-copy`])
      await mkdir(join(runsDirectory(workspace), other), { recursive: true });
    await writeRun(workspace, makeRun({ run_id: "run-20260101T000004-01234567" }));
    await writeFile(runJournalPath(workspace, "run-20260101T000004-01234567"), '{"run_id":');

    expect(await listRunIds(workspace)).toEqual(["run-20260101T000004-01234567", ...ids.toReversed()]);
    const listed = async (feature?: string) =>
      (await listRuns(workspace, feature)).map(({ run_id }) => run_id);
    expect(await listed()).toEqual(ids.toReversed());
    expect(await listed("F2")).toEqual([ids[1]]);
    expect(await listed("F3")).toEqual([]);
  });

  it("are known by their ids only, which lead nowhere else", async () => {
    const workspace = await temporaryFolder();
    const unknown = { code: "unknown_run", message: expect.stringContaining(makeRun().run_id) };
    await expect(readRun(workspace, makeRun().run_id)).rejects.toMatchObject(unknown);
    await expect(readRequest(workspace, makeRun().run_id)).rejects.toMatchObject(unknown);
    for (const id of ["", "..", "run-1", "../run-20260101T000001-01234567"])
      await expect(readRun(workspace, id)).rejects.toMatchObject({ code: "invalid_name" });
  });
});

describe("what a run was asked", () => {
  it("stays as it was, whatever becomes of the plan", async () => {
    const request = makeRequest({ tags: ["api"], repeat: 3, branch_uids: { "exp-a": null } });
    const { workspace, id } = await journal(makeRun(), request);
    expect(await readRequest(workspace, id)).toEqual(request);
  });

  it("is, of a run of what failed, the experiment's own tags", () => {
    const request = makeRequest({ failed_tags: { "exp-a": ["e2e"], "exp-b": [] } });
    expect(requestFor(request, "exp-a").tags).toEqual(["e2e"]);
    expect(requestFor(request, "exp-b").tags).toEqual([]);
    expect(requestFor(request, "constructor").tags).toEqual(["api", "e2e"]);
    expect(requestFor(makeRequest(), "exp-a").tags).toEqual(["api", "e2e"]);
  });
});
