import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cycleDirectory, experimentPaths } from "../../src/experiments/layout.ts";
import { findSetAside, setFindingsAside, setTagAside } from "../../src/experiments/set-aside.ts";
import { writeFiles } from "../plans/project.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";

const makeRef = async () => ({
  workspace: await temporaryFolder(),
  feature_id: "F1",
  experiment_slug: "exp-a",
});

/** Writes the files of a cycle's tag, and lists what is there after it was set aside. */
async function setAside(files: Record<string, string>) {
  const ref = await makeRef();
  const directory = cycleDirectory(ref, "C1");
  await writeFiles(directory, files);
  await setTagAside(ref, "C1", "api");
  const [aside] = findSetAside(ref, "C1");
  return {
    stayed: (await readdir(directory).catch(() => []))
      .filter((name) => join(directory, name) !== aside)
      .sort(),
    moved: aside === undefined ? [] : (await readdir(aside)).sort(),
  };
}

test("moves a tag's files, its cases and its failed tests aside, and nothing of other tags", async () => {
  const files = {
    "api/junit.xml": "",
    "api.cases.json": "",
    "api+failed/junit.xml": "",
    "api-2/a": "",
    "e2e.cases.json": "",
  };
  expect(await setAside(files)).toEqual({
    stayed: ["api-2", "e2e.cases.json"],
    moved: ["api", "api+failed", "api.cases.json"],
  });
});

test.each<[what: string, files: Record<string, string>, moved: string[]]>([
  ["nothing, if there is no cycle yet", {}, []],
  ["nothing, if only the logs of an interrupted command are there", { "api/interrupted/stderr.log": "" }, []],
  [
    "the logs too, if the tag was counted",
    { "api/interrupted/a": "", "api.cases.json": "" },
    ["api", "api.cases.json"],
  ],
  ["cases whose files are gone", { "api.cases.json": "" }, ["api.cases.json"]],
  ["output beside the logs", { "api/interrupted/a": "", "api/junit.xml": "" }, ["api"]],
])("moves %s", async (_what, files, moved) => {
  expect((await setAside(files)).moved).toEqual(moved);
});

test("lists what was set aside, newest first, and no artifact that only looks like it", async () => {
  const ref = await makeRef();
  const names = ["20260101T000000000Z", "20260102T000000000Z", "20260101T000000001Z"];
  await writeFiles(cycleDirectory(ref, "C1"), {
    ...Object.fromEntries(names.map((name) => [`${name}/api/a`, ""])),
    "20260103T000000000Z": "a file",
    "2026-01-04/a": "",
  });
  expect(findSetAside(ref, "C1").map((path) => path.slice(-19))).toEqual([
    "20260102T000000000Z",
    "20260101T000000001Z",
    "20260101T000000000Z",
  ]);
  expect(findSetAside(ref, "C2")).toEqual([]);
});

test("keeps the findings of an earlier branch under another name", async () => {
  const ref = await makeRef();
  const { directory, outcomes } = experimentPaths(ref);
  await writeFiles(directory, { "outcomes.json": "old", "timeline.json": "stays" });
  await setFindingsAside(ref);
  const names = await readdir(directory);
  expect(names.sort()).toEqual([expect.stringMatching(/^outcomes\.\d{8}T\d{9}Z\.json$/), "timeline.json"]);
  expect(await readFile(join(directory, names[0] ?? ""), "utf8")).toBe("old");
  expect(outcomes.endsWith("outcomes.json")).toBe(true);
  await setFindingsAside(ref);
  expect((await readdir(directory)).sort()).toEqual(names);
});
