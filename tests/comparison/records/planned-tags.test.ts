import { expect, test } from "vitest";
import { readPlannedTags } from "../../../src/comparison/records/planned-tags.ts";
import { readRecords } from "../../../src/comparison/records/records.ts";
import { recordCycle } from "../../support/records.ts";
import { feature_id, useFeature } from "../feature.ts";

const feature = useFeature();
const report = { format: "exit-code" };
const suites = { api: { command: ["a"], report }, load: { command: ["b"], report, required: false } };

/** What the plan requires of some experiments. */
async function read(...slugs: string[]) {
  const all = await Promise.all(slugs.map((slug) => readRecords(feature.ref(slug))));
  const { workspace } = feature.ref("");
  return readPlannedTags(
    workspace,
    feature_id,
    all.filter((each) => each !== undefined),
  );
}

test("requires the plan's suites, except those that it does not require", async () => {
  await feature.putPlan({ suites, decide_by: { metric: "p50" } });
  const found = await read();
  expect(found).toMatchObject({ planned: ["api", "load"], required: ["api"], decide_by: { metric: "p50" } });
  expect([...found.suites.keys()]).toEqual(["api", "load"]);
  expect(found.problem).toBeUndefined();
});

test("requires without a plan whatever any run has counted, in any cycle", async () => {
  await recordCycle(feature.ref("a"), { cycle_id: "C1", tags: { e2e: { passed: 1 } } });
  await recordCycle(feature.ref("a"), { cycle_id: "C2", tags: { api: { passed: 1 } } });
  await recordCycle(feature.ref("b"), { tags: { load: { state: "no_evidence" } } });
  const found = await read("a", "b");
  expect(found.planned).toEqual([]);
  expect([...found.required].sort()).toEqual(["api", "e2e", "load"]);
  expect(found.problem).toBeUndefined();
});

test("without a plan, a suite counts if all experiments were measured with the same one", async () => {
  const measured = (slug: string, api: string, e2e: string) =>
    recordCycle(feature.ref(slug), {
      tags: { api: { passed: 1, suite: api }, e2e: { passed: 1, suite: e2e } },
    });
  await measured("a", "s1", "s1");
  await measured("b", "s1", "s2");
  await measured("c", "s1", "s1");
  const { suites: common } = await read("a", "b", "c");
  expect(Object.fromEntries(common)).toEqual({ api: "s1", e2e: null });
});

test("says that a feature is unknown only if it has no experiments either", async () => {
  expect((await read()).problem).toMatchObject({ kind: "feature-unknown" });
  await recordCycle(feature.ref("a"));
  expect((await read("a")).problem).toBeUndefined();
});

test.each([
  ["is not JSON", "{"],
  ["has an unknown key", { suites, budgets: {} }],
  ["has a suite without a command", { suites: { api: { report } } }],
])("says that what a plan requires is not known if it %s", async (_what, plan) => {
  await feature.putPlan(plan);
  await recordCycle(feature.ref("a"), { tags: { api: { passed: 1 } } });
  expect(await read("a")).toMatchObject({
    planned: [],
    required: ["api"],
    problem: {
      kind: "plan-unreadable",
      message: expect.stringContaining("The plan cannot be read, so what it requires is not known: "),
    },
  });
});
