import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ExperimentOutcomes, TagEvidence } from "../../../schemas/experiment/outcomes.ts";
import { artifactPath, runJournalPath, runsDirectory } from "../../../src/experiments/layout.ts";
import { readOutcomes, writeOutcomes } from "../../../src/experiments/outcomes/outcomes.ts";
import { createJournal, readJournal, recordWorker } from "../../../src/runs/journal/journal.ts";
import { commandDirectories, workDirectory } from "../../../src/runs/journal/work.ts";
import { isRecovered, recoverDeadRuns, recoverRun } from "../../../src/runs/recovery/recover.ts";
import { identifySelf } from "../../../src/utils/processes/process-identity.ts";
import { makeRequest, makeResult, makeRun } from "../../support/journal.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";
import { commit } from "../../support/records.ts";

const signal = new AbortController().signal;
const run = makeRun();

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

/** A workspace in which a run's worker died in the midst of the suite `api`. */
async function deadRun(change = {}, request = makeRequest()) {
  const workspace = await temporaryFolder();
  const dead = makeRun(change);
  await createJournal(workspace, dead, request);
  const ref = { workspace, feature_id: dead.feature_id, experiment_slug: "exp-a" };
  const { logs, files } = commandDirectories(workspace, dead.run_id, "exp-a", "api");
  await put(join(logs, "stdout.log"), "so far\n");
  await put(join(files, "trace.txt"), "login: pa55w0rd-of-branch");
  const artifact = (name: string) => readFile(artifactPath(ref, "C1", name), "utf8").catch(() => undefined);
  return { workspace, dead, ref, files, artifact };
}

describe("recovering a run", () => {
  it("keeps the logs, and of the files those whose secrets are known, without them", async () => {
    const { workspace, dead, files, artifact } = await deadRun();
    const leftover = {
      ...{ feature_id: "F1", experiment_slug: "exp-a", cycle_id: "C1", folder: "api" },
      ...{ directory: files, secrets: ["pa55w0rd-of-branch"] },
    };
    const ended = await recoverRun(workspace, dead.run_id, [leftover]);
    expect(ended).toMatchObject({ state: "interrupted", results: [{ status: "stopped" }] });
    expect(await readJournal(workspace, dead.run_id)).toEqual(ended);
    expect(await artifact("api/interrupted/stdout.log")).toBe("so far\n");
    expect(await artifact("api/interrupted/trace.txt")).toBe("login: [redacted]");
    expect(existsSync(workDirectory(workspace, dead.run_id))).toBe(false);
    expect(isRecovered(workspace, ended)).toBe(true);
  });

  it("removes files whose secrets nobody knows any more", async () => {
    const { workspace, dead, artifact } = await deadRun();
    await recoverRun(workspace, dead.run_id);
    expect(await artifact("api/interrupted/stdout.log")).toBe("so far\n");
    expect(await artifact("api/interrupted/trace.txt")).toBeUndefined();
    expect(existsSync(workDirectory(workspace, dead.run_id))).toBe(false);
  });

  it("changes nothing the second time, and nothing of a run that has ended", async () => {
    const { workspace, dead } = await deadRun({ state: "finished" });
    const first = await recoverRun(workspace, dead.run_id);
    expect(first).toEqual(dead);
    expect(await recoverRun(workspace, dead.run_id)).toEqual(first);
  });
});

describe("the record of an experiment that was running", () => {
  const source = { cycle_id: "C1", dirty: false, branch_uid: null, suite: "s" };
  const own: TagEvidence = { state: "evidence", source: { ...source, run_id: run.run_id, commit } };
  const old: TagEvidence = {
    state: "evidence",
    source: { ...source, run_id: "run-0", commit: "d".repeat(40) },
  };
  const record = (by_tag: Record<string, TagEvidence>, change: object = {}): ExperimentOutcomes => ({
    status: "running",
    by_tag: { api: { passed: 1, failed: 0 }, e2e: { passed: 0, failed: 1 } },
    evidence: { run_id: run.run_id, cycle_id: "C1", branch: "b", commit, dirty: false, by_tag, ...change },
  });
  const recover = async (before: ExperimentOutcomes, tags: string[]) => {
    const { workspace, dead, ref } = await deadRun({}, makeRequest({ tags }));
    await writeOutcomes(ref, before);
    await recoverRun(workspace, dead.run_id);
    return readOutcomes(ref);
  };

  it("says which tags were not finished, and why", async () => {
    const found = await recover(record({ api: own }), ["api", "e2e"]);
    expect(found).toMatchObject({ status: "failed", by_tag: { api: { passed: 1, failed: 0 } } });
    expect(found?.evidence?.by_tag).toEqual({
      api: own,
      e2e: {
        ...{ state: "no_evidence", unfinished: true },
        reason: "the run was interrupted before it was finished",
      },
    });
  });

  it("has succeeded if all that was asked for had passed", async () => {
    expect((await recover(record({ api: own }), ["api"]))?.status).toBe("succeeded");
  });

  it("is not judged by a failure of earlier code that it still contains", async () => {
    expect((await recover(record({ api: own, e2e: old }), ["api"]))?.status).toBe("succeeded");
    expect((await recover(record({ api: own, e2e: own }), ["api"]))?.status).toBe("failed");
  });

  it("has failed if its setup had", async () => {
    const setup_failed = { reason: "x", artifact: "setup/stderr.log" };
    expect((await recover(record({ api: own }, { setup_failed }), ["api"]))?.status).toBe("failed");
  });

  it.each<[string, ExperimentOutcomes]>([
    ["of another run", record({ api: own }, { run_id: "run-0" })],
    ["that is complete", { ...record({ api: own }), status: "succeeded" }],
  ])("stays as it is if it is one %s", async (_which, before) => {
    expect(await recover(before, ["api", "e2e"])).toEqual(before);
  });
});

describe("recovering all dead runs", () => {
  it("leaves a run alone whose worker is alive, and one that left nothing", async () => {
    const { workspace, dead } = await deadRun();
    await recordWorker(workspace, dead.run_id, await identifySelf());
    const other = makeRun({ run_id: "run-20260101T000002-01234567", results: [makeResult("exp-b")] });
    await createJournal(workspace, other, makeRequest());
    await recoverDeadRuns(workspace, signal);
    expect(await readJournal(workspace, dead.run_id)).toEqual(dead);
    expect(await readJournal(workspace, other.run_id)).toEqual(other);
    expect(existsSync(workDirectory(workspace, dead.run_id))).toBe(true);
  });

  it.each<[string, string]>([
    ["empty, as after a power failure", ""],
    ["cut off", '{"run_id":'],
    ["of a later version", '{"run_id":"x","state":"paused"}'],
  ])(
    "goes on to the others after one whose journal is %s, and keeps none of its files",
    async (_how, text) => {
      const { workspace, dead } = await deadRun();
      const broken = "run-20260101T000009-01234567";
      await put(runJournalPath(workspace, broken), text);
      await put(join(workDirectory(workspace, broken), "exp-a/api/files/trace.txt"), "pa55w0rd");
      await recoverDeadRuns(workspace, signal);
      expect(existsSync(workDirectory(workspace, broken))).toBe(false);
      expect((await readJournal(workspace, dead.run_id)).state).toBe("interrupted");
    },
  );

  it("passes over a folder that only looks like that of a run", async () => {
    const { workspace, dead } = await deadRun();
    const kept = join(runsDirectory(workspace), `${dead.run_id}-copy/work/notes.txt`);
    await put(kept, "mine");
    await recoverDeadRuns(workspace, signal);
    expect(await readFile(kept, "utf8")).toBe("mine");
    expect((await readJournal(workspace, dead.run_id)).state).toBe("interrupted");
  });
});
