import { sep } from "node:path";
import { describe, expect, test } from "vitest";
import {
  archivePath,
  artifactPath,
  comparisonPagePath,
  cutPaths,
  cycleDirectory,
  decisionsLock,
  decisionsPath,
  type ExperimentRef,
  experimentPaths,
  experimentsDirectory,
  failedFirstFolder,
  oldWorktreePath,
  planPath,
  promotionPaths,
  reportedLock,
  runDirectory,
  scratchBeside,
  stateDirectory,
  worktreeBranch,
  worktreeLock,
  worktreePath,
} from "../../src/experiments/layout.ts";

const workspace = "/w";
const ref: ExperimentRef = { workspace, feature_id: "F1", experiment_slug: "exp-a" };

const ofFeature: Record<string, (feature_id: string) => unknown> = {
  planPath: (id) => planPath(workspace, id),
  decisionsPath: (id) => decisionsPath(workspace, id),
  decisionsLock: (feature_id) => decisionsLock({ workspace, feature_id }),
  experimentsDirectory: (id) => experimentsDirectory(workspace, id),
  comparisonPagePath: (id) => comparisonPagePath(workspace, id),
};

const ofExperiment: Record<string, (ref: ExperimentRef) => unknown> = {
  experimentPaths,
  oldWorktreePath,
  worktreePath: (each) => worktreePath("/w.worktrees", each),
  worktreeBranch,
  worktreeLock,
  promotionPaths,
  archivePath: (each) => archivePath(each),
  cutPaths,
  reportedLock,
};

const hostile = [
  "",
  ".",
  "..",
  "a/b",
  "../a",
  "a\\b",
  "-a",
  "a..b",
  "a.lock",
  "a.",
  "a\0",
  "a\n",
  "é",
  "a+b",
];

describe.each(Object.entries(ofFeature))("%s", (_name, make) => {
  test.each([...hostile, "a".repeat(64)])("refuses the feature %j", (name) => {
    expect(() => make(name)).toThrow(expect.objectContaining({ code: "invalid_name" }));
  });
});

describe.each(Object.entries(ofExperiment))("%s", (_name, make) => {
  test.each([...hostile, "a".repeat(64)])("refuses the name %j", (name) => {
    const refused = expect.objectContaining({ code: "invalid_name" });
    expect(() => make({ ...ref, feature_id: name })).toThrow(refused);
    expect(() => make({ ...ref, experiment_slug: name })).toThrow(refused);
  });
});

test.each(["run-1", "../run-20260101T000000-01234567", "run-20260101T000000-01234567/..", ""])(
  "refuses the run %j",
  (id) => {
    expect(() => runDirectory(workspace, id)).toThrow(expect.objectContaining({ code: "invalid_name" }));
    expect(() => scratchBeside("/w.worktrees/F1/exp-a", id)).toThrow();
  },
);

test.each(["../a", "a/../b", "/etc/passwd", "a//b", "", "./a", "a\nb", `${"a".repeat(256)}`])(
  "refuses the artifact %j",
  (name) => {
    expect(() => artifactPath(ref, "C1", name)).toThrow(expect.objectContaining({ code: "invalid_name" }));
  },
);

test("refuses a bad name directly after a good one of the same kind, and again", () => {
  const refused = expect.objectContaining({ code: "invalid_name" });
  expect(planPath(workspace, "F1")).toBe("/w/.tdd/features/F1/plan.json");
  expect(() => planPath(workspace, "..")).toThrow(refused);
  expect(() => planPath(workspace, "..")).toThrow(refused);
  expect(() => cycleDirectory(ref, "..")).toThrow(refused);
});

test("keeps experiments apart whose names only seem to be the same when put together", () => {
  const a = { workspace, feature_id: "F1", experiment_slug: "b-c" };
  const b = { workspace, feature_id: "F1-b", experiment_slug: "c" };
  for (const make of Object.values(ofExperiment)) expect(make(a)).not.toEqual(make(b));
  const dashes = [
    { workspace, feature_id: "F1--b", experiment_slug: "c" },
    { workspace, feature_id: "F1", experiment_slug: "b--c" },
  ].map((each) => [worktreeLock(each), cutPaths(each).lock, reportedLock(each)]);
  expect(dashes[0]?.some((path) => dashes[1]?.includes(path))).toBe(false);
});

test("keeps everything of an experiment below the records, but its worktree elsewhere", () => {
  const records = stateDirectory(workspace) + sep;
  const paths = [
    ...Object.values(experimentPaths(ref)),
    ...Object.values(promotionPaths(ref)),
    ...Object.values(cutPaths(ref)),
    archivePath(ref, "2026-01-01T00:00:00.000Z"),
    artifactPath(ref, "C1", "a/b.txt"),
    runDirectory(workspace, "run-20260101T000000-01234567"),
  ];
  for (const path of paths) expect(path.startsWith(records)).toBe(true);
  expect(worktreePath("/w.worktrees", ref)).toBe(`/w.worktrees${sep}F1${sep}exp-a`);
});

test("makes names of our own that no experiment and no tag can have", () => {
  expect(archivePath(ref, "2026-01-02T03:04:05.678Z")).toBe("/w/.tdd/archive/F1/exp-a+20260102T030405678Z");
  expect(scratchBeside("/w.worktrees/F1/exp-a", "run-20260101T000000-0123abcd")).toBe(
    "/w.worktrees/F1/exp-a+0123abcd",
  );
  expect(failedFirstFolder("api")).toBe("api+failed");
});
