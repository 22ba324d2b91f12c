import { mkdir, open, readFile, readlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { type ExperimentRef, experimentPaths } from "../../src/experiments/layout.ts";
import { writeOutcomes } from "../../src/experiments/outcomes/outcomes.ts";
import { appendTimeline } from "../../src/experiments/timeline/timeline.ts";
import { isTemporary } from "../../src/utils/files/files.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";

/** Notes what is put on disk, in order: a file that is not whole yet by its folder and `…`. */
async function watchSyncs(folder: string) {
  const file = await open(folder);
  const synced: string[] = [];
  const handle = Object.getPrototypeOf(file);
  const sync = handle.sync;
  await file.close();
  const spy = vi.spyOn(handle, "sync").mockImplementation(async function (this: { fd: number }) {
    const path = await readlink(`/proc/self/fd/${this.fd}`);
    synced.push(isTemporary(path) ? join(dirname(path), "…") : path);
    await sync.call(this);
  });
  onTestFinished(() => spy.mockRestore());
  return synced;
}

const outcomes = { tests_passed: 1, tests_failed: 0, by_tag: { api: { passed: 1, failed: 0 } } };

async function openExperiment(): Promise<ExperimentRef> {
  return { workspace: await temporaryFolder(), feature_id: "F1", experiment_slug: "exp-a" };
}

/** From the experiment's folder up to the workspace. */
function listFolders(ref: ExperimentRef): string[] {
  const { directory } = experimentPaths(ref);
  return [0, 1, 2, 3, 4].map((up) => join(directory, ...Array.from({ length: up }, () => "..")));
}

describe.runIf(process.platform === "linux")("final records", () => {
  test("are on disk before they get their name, and then their folders up to the workspace", async () => {
    const ref = await openExperiment();
    const synced = await watchSyncs(ref.workspace);
    await writeOutcomes(ref, { ...outcomes, status: "succeeded" });
    const { directory } = experimentPaths(ref);
    expect(synced).toEqual([join(directory, "…"), ...listFolders(ref)]);
    expect(listFolders(ref).at(-1)).toBe(ref.workspace);
  });

  test("include those of a finished cycle, but not each step of a running one", async () => {
    const ref = await openExperiment();
    const synced = await watchSyncs(ref.workspace);
    await writeOutcomes(ref, { ...outcomes, status: "running" });
    expect(synced).toEqual([]);
    await appendTimeline(ref, { ts: "2026-01-01T00:00:00Z", kind: "cycle" });
    const { directory } = experimentPaths(ref);
    expect(synced).toEqual([join(directory, "…"), ...listFolders(ref)]);
    // The names of the folders are there to stay.
    await appendTimeline(ref, { ts: "2026-01-01T00:00:00Z", kind: "cycle" });
    expect(synced.slice(1 + listFolders(ref).length)).toEqual([join(directory, "…"), directory]);
  });

  test("are written even if a folder cannot be synced", async () => {
    const ref = await openExperiment();
    await mkdir(experimentPaths(ref).directory, { recursive: true });
    const file = await open(ref.workspace);
    const handle = Object.getPrototypeOf(file);
    const { sync } = handle;
    await file.close();
    const spy = vi.spyOn(handle, "sync").mockImplementation(async function (this: {
      fd: number;
      stat: () => Promise<{ isDirectory: () => boolean }>;
    }) {
      if ((await this.stat()).isDirectory()) throw new Error("EINVAL");
      await sync.call(this);
    });
    onTestFinished(() => spy.mockRestore());
    await writeOutcomes(ref, { ...outcomes, status: "failed" });
    expect(JSON.parse(await readFile(experimentPaths(ref).outcomes, "utf8"))).toMatchObject(outcomes);
  });
});
