import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findOtherRoots, listUnusable, listUnusableExperiments } from "../../src/experiments/unusable.ts";
import { writeFiles } from "../plans/project.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";

async function makeWorkspace(files: string[]) {
  const workspace = await temporaryFolder();
  await writeFiles(workspace, Object.fromEntries(files.map((file) => [file, "exp-a\n"])));
  return workspace;
}

const experiments = ".tdd/experiments";

test("lists experiments whose name no call can pass, and why", async () => {
  const workspace = await makeWorkspace([
    `${experiments}/F1/exp-a/branch.txt`,
    `${experiments}/F1/exp b/branch.txt`,
    `${experiments}/F1/_c/branch.txt`,
    `${experiments}/F1/no experiment/notes.md`,
  ]);
  expect(await listUnusableExperiments(workspace, "F1")).toEqual([
    {
      path: join(workspace, experiments, "F1/_c"),
      reason: expect.stringContaining("must start with a letter"),
    },
    {
      path: join(workspace, experiments, "F1/exp b"),
      reason: expect.stringContaining("contain only letters"),
    },
  ]);
});

test("lists a story of the kit, whose experiments lie one level deeper", async () => {
  const workspace = await makeWorkspace([
    `${experiments}/F1/S1/exp-a/branch.txt`,
    `${experiments}/F1/S1/exp-b/branch.txt`,
    `${experiments}/F1/S1/artifacts/a.txt`,
  ]);
  const found = await listUnusableExperiments(workspace, "F1");
  expect(found).toEqual([
    {
      path: join(workspace, experiments, "F1/S1"),
      reason: expect.stringContaining("experiments of a story (2)"),
    },
  ]);
  expect(await listUnusableExperiments(workspace, "F1", new Set(["S1"]))).toEqual([]);
});

test("lists features with names that no call can pass, and experiments of the others", async () => {
  const workspace = await makeWorkspace([
    ".tdd/features/my feature/plan.json",
    ".tdd/features/F1/plan.json",
    `${experiments}/bad+name/exp-a/branch.txt`,
    `${experiments}/F1/exp~a/branch.txt`,
    `${experiments}/${"f".repeat(64)}/exp-a/branch.txt`,
  ]);
  expect((await listUnusable(workspace)).map(({ path }) => path.slice(workspace.length + 1)).sort()).toEqual([
    `${experiments}/F1/exp~a`,
    `${experiments}/bad+name`,
    `${experiments}/${"f".repeat(64)}`,
    ".tdd/features/my feature",
  ]);
});

test("lists nothing in a workspace without records", async () => {
  const workspace = await temporaryFolder();
  expect(await listUnusable(workspace)).toEqual([]);
  expect(await listUnusableExperiments(workspace, "F1")).toEqual([]);
  expect(findOtherRoots(workspace)).toEqual([]);
});

test("finds records where later versions of the kit keep them, of one feature or of any", async () => {
  const workspace = await makeWorkspace([".consort/features/F1/plan.json"]);
  await mkdir(join(workspace, ".sftdd/experiments/F2"), { recursive: true });
  expect(findOtherRoots(workspace)).toEqual([".consort", ".sftdd"]);
  expect(findOtherRoots(workspace, "F1")).toEqual([".consort"]);
  expect(findOtherRoots(workspace, "F2")).toEqual([".sftdd"]);
  expect(findOtherRoots(workspace, "F3")).toEqual([]);
});
