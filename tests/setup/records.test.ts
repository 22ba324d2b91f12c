import { join } from "node:path";
import { expect, test } from "vitest";
import { checkPrefix } from "../../src/setup/check-prefix.ts";
import { checkRecords } from "../../src/setup/check-records.ts";
import { writeFiles } from "../plans/project.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";

async function check(files: string[]) {
  const workspace = await temporaryFolder();
  await writeFiles(workspace, Object.fromEntries(files.map((file) => [file, ""])));
  return { workspace, findings: await checkRecords(workspace) };
}

test("mentions nothing where all records can be read, or where there are none", async () => {
  expect((await check([])).findings).toEqual([]);
  expect(
    (await check([".tdd/experiments/F1/exp-a/branch.txt", ".tdd/features/F1/plan.json"])).findings,
  ).toEqual([]);
});

test("names a folder that is not usable, why, and what to do", async () => {
  const { workspace, findings } = await check([".tdd/experiments/F1/exp a/branch.txt"]);
  expect(findings).toEqual([
    {
      ...{
        name: "records",
        state: "warning",
        remedy: "Rename the folders, or leave them to their own tools.",
      },
      detail: expect.stringContaining(
        `${join(workspace, ".tdd/experiments/F1/exp a")} is not usable: experiment_slug must`,
      ),
    },
  ]);
});

test("names the first of many folders, and where else records are", async () => {
  const bad = Array.from({ length: 7 }, (_, index) => `.tdd/features/my feature ${index}/plan.json`);
  const { findings } = await check([...bad, ".consort/features/F1/plan.json"]);
  expect(findings[0]?.detail).toMatch(
    / 2 more folders are not usable\. Records are in \.consort, but only \.tdd is read\.$/,
  );
  expect(findings[0]?.detail.match(/is not usable: /g)).toHaveLength(5);
  expect(findings[0]?.remedy).toContain("Copy features and experiments");
});

test.each([
  [undefined, []],
  ["kai", [{ name: "branch_prefix", state: "ok", detail: "kai, from LAKEBASE_BRANCH_PREFIX" }]],
  [
    "Kai",
    [
      {
        name: "branch_prefix",
        state: "failed",
        detail: expect.stringContaining("LAKEBASE_BRANCH_PREFIX"),
        remedy: expect.any(String),
      },
    ],
  ],
])("reports the branch prefix %j", (branch_prefix, findings) => {
  expect(checkPrefix({ branch_prefix })).toEqual(findings);
});
