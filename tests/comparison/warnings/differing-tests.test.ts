import { expect, it } from "vitest";
import type { CaseStatus } from "../../../schemas/plan/report.ts";
import { compareExperiments } from "../../../src/comparison/compare.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";
import { recordCycle } from "../../support/records.ts";

const feature_id = "F1";

async function findWarnings(all: Record<string, Record<string, CaseStatus>>): Promise<string[]> {
  const workspace = await temporaryFolder();
  for (const [experiment_slug, tests] of Object.entries(all))
    await recordCycle({ workspace, feature_id, experiment_slug }, { tags: { api: { tests } } });
  const { warnings } = await compareExperiments({ workspace, feature_id });
  return warnings.filter(({ kind }) => kind === "tests-differ").map(({ message }) => message);
}

it("warns of tests that one experiment ran and another did not", async () => {
  expect(await findWarnings({ a: { old: "passed", feature: "failed" }, b: { old: "passed" } })).toEqual([
    'Not all experiments ran the same tests: b did not run "feature" of api.',
  ]);
});

it("treats a skipped test as not run, and compares names rather than numbers", async () => {
  expect(
    await findWarnings({ a: { one: "passed", two: "passed" }, b: { one: "passed", two: "skipped" } }),
  ).toEqual(['Not all experiments ran the same tests: b did not run "two" of api.']);
  expect(await findWarnings({ a: { one: "passed" }, b: { two: "passed" } })).toEqual([
    'Not all experiments ran the same tests: b did not run "one" of api; a did not run "two" of api.',
  ]);
});

it("does not warn about identical tests or a single experiment", async () => {
  expect(await findWarnings({ a: { one: "passed" }, b: { one: "failed" } })).toEqual([]);
  expect(await findWarnings({ a: { one: "passed" } })).toEqual([]);
});
