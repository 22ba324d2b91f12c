import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { compareExperiments } from "../../src/comparison/compare.ts";
import { experimentPaths, planPath } from "../../src/experiments/layout.ts";
import { readPlan } from "../../src/experiments/plan.ts";
import { CoreError } from "../../src/utils/core-error.ts";
import { anyJson, tries } from "../support/fuzz.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";

const planKeys = [
  "suites",
  "api",
  "command",
  "report",
  "format",
  "path",
  "budget",
  "env",
  "setup",
  "ttl",
  "ports",
];

const recordKeys = [
  ...["status", "tests_passed", "tests_failed", "by_tag", "api", "passed", "failed", "evidence", "state"],
  ...[
    "run_id",
    "cycle_id",
    "commit",
    "dirty",
    "source",
    "entries",
    "ts",
    "kind",
    "duration_ms",
    "cases",
    "name",
  ],
  ...["tag", "branch", "uid", "flaky", "left_out", "details"],
];

/** A file as it may be left: JSON of any shape, cut off anywhere, or no JSON at all. */
const content = (keys: readonly string[]) =>
  fc.oneof(
    anyJson(keys).map((value) => JSON.stringify(value) ?? ""),
    fc.tuple(anyJson(keys), fc.nat(200)).map(([value, end]) => (JSON.stringify(value) ?? "").slice(0, end)),
    fc.string({ unit: "binary" }),
  );

test("reads any plan, or refuses it with a reason", async () => {
  const workspace = await temporaryFolder();
  const path = planPath(workspace, "F1");
  await mkdir(join(path, ".."), { recursive: true });
  await fc.assert(
    fc.asyncProperty(content(planKeys), async (text) => {
      await writeFile(path, text);
      try {
        expect(Object.keys((await readPlan(workspace, "F1")).suites)).not.toEqual([]);
      } catch (error) {
        if (!(error instanceof CoreError)) throw error;
        expect(error.message).toContain("plan.json");
      }
    }),
    tries(100),
  );
});

test("isolates records with any content, and makes no winner of them", async () => {
  const workspace = await temporaryFolder();
  const feature = { workspace, feature_id: "F1" };
  const slugs = ["exp-a", "exp-b"];
  const paths = slugs.map((experiment_slug) => experimentPaths({ ...feature, experiment_slug }));
  const record = content(recordKeys);
  const one = fc.record({
    outcomes: record,
    timeline: record,
    runtime: record,
    branchRecord: record,
    cases: record,
  });
  for (const { artifacts, branch } of paths) {
    await mkdir(join(artifacts, "C1"), { recursive: true });
    await writeFile(branch, "some-branch\n");
  }
  await fc.assert(
    fc.asyncProperty(one, one, async (...records) => {
      for (const [index, { artifacts, ...place }] of paths.entries()) {
        const { cases, ...texts } = records[index] ?? records[0];
        await writeFile(join(artifacts, "C1", "api.cases.json"), cases);
        for (const name of ["outcomes", "timeline", "runtime", "branchRecord"] as const)
          await writeFile(place[name], texts[name]);
      }
      const { rows, winners } = await compareExperiments({
        ...feature,
        details: { tests: true, schema: true },
      });
      expect(rows.map((row) => row.experiment_slug)).toEqual(slugs);
      expect(winners).toEqual([]);
    }),
    tries(40),
  );
});
