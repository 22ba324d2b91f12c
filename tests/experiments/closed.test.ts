import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  archiveRecord,
  listClosed,
  listClosing,
  readClosed,
  readClosing,
  writeClosing,
} from "../../src/experiments/closed.ts";
import { findExperiment, listExperiments, recordExperiment } from "../../src/experiments/experiments.ts";
import {
  archiveDirectory,
  archivedPaths,
  experimentPaths,
  promotionPaths,
} from "../../src/experiments/layout.ts";
import { asBranchName } from "../../src/lakebase/branches/branch-id.ts";
import { makeClosed } from "../support/closed-records.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";

const closed = (experiment_slug: string, closed_at: string) => makeClosed({ experiment_slug, closed_at });

test("a closing experiment is no longer listed, and its record ends up in the archive", async () => {
  const workspace = await temporaryFolder();
  const ref = { workspace, feature_id: "F1", experiment_slug: "exp-a" };
  await recordExperiment({ ...ref, branch: asBranchName("f1-exp-a") }, { notes: "A\n" });
  await recordExperiment({ ...ref, experiment_slug: "exp-b", branch: asBranchName("f1-exp-b") });
  await mkdir(promotionPaths(ref).directory, { recursive: true });
  await writeFile(promotionPaths(ref).promotion, "{}");
  const done = closed("exp-a", "2026-01-01T00:00:00.000Z");

  const { database: _, ...begun } = done;
  await writeClosing(ref, begun);
  expect(await findExperiment(ref)).toBeUndefined();
  expect(await listExperiments(workspace, "F1")).toMatchObject([{ experiment_slug: "exp-b" }]);
  expect(await readClosing(ref)).toEqual(begun);
  expect(await listClosing(workspace)).toEqual([ref]);
  expect(await listClosed(workspace)).toEqual([]);

  await writeClosing(ref, done);
  const directory = await archiveRecord(ref, done);
  expect(await readClosed(ref)).toEqual([{ ...done, directory }]);
  expect(await listClosing(workspace)).toEqual([]);
  expect(await readFile(join(directory, "notes.md"), "utf8")).toBe("A\n");
  expect(await readdir(archivedPaths(directory).promotion)).toEqual(["promotion.json"]);
  expect([experimentPaths(ref), promotionPaths(ref)].map(({ directory: path }) => existsSync(path))).toEqual([
    false,
    false,
  ]);
});

test("keeps an earlier archive record with the same slug", async () => {
  const workspace = await temporaryFolder();
  const ref = { workspace, feature_id: "F1", experiment_slug: "exp-a" };
  for (const time of ["2026-01-01T00:00:00.000Z", "2026-01-02T00:00:00.000Z"]) {
    await recordExperiment({ ...ref, branch: asBranchName("f1-exp-a") });
    await writeClosing(ref, closed("exp-a", time));
    await archiveRecord(ref, closed("exp-a", time));
  }
  expect((await readClosed(ref)).map(({ closed_at }) => closed_at.slice(0, 10))).toEqual([
    "2026-01-02",
    "2026-01-01",
  ]);
  expect(await readdir(join(archiveDirectory(workspace), "F1"))).toEqual([
    "exp-a",
    "exp-a+20260102T000000000Z",
  ]);
});

test("an unreadable archive record does not affect others", async () => {
  const workspace = await temporaryFolder();
  const ref = { workspace, feature_id: "F1", experiment_slug: "exp-a" };
  await recordExperiment({ ...ref, branch: asBranchName("f1-exp-a") });
  await writeClosing(ref, closed("exp-a", "2026-01-01T00:00:00.000Z"));
  await archiveRecord(ref, closed("exp-a", "2026-01-01T00:00:00.000Z"));
  const broken = join(archiveDirectory(workspace), "F2", "exp-z");
  await mkdir(broken, { recursive: true });
  await writeFile(archivedPaths(broken).closed, "{");
  expect(await listClosed(workspace)).toHaveLength(1);
});
