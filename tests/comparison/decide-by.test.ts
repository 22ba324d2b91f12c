import { expect, it } from "vitest";
import { planSchema } from "../../schemas/plan/plan.ts";
import { suiteSchema } from "../../schemas/plan/suite.ts";
import { compareExperiments } from "../../src/comparison/compare.ts";
import { writeArtifact } from "../../src/experiments/artifacts/artifacts.ts";
import { fingerprintSuite } from "../../src/experiments/code/fingerprint.ts";
import { planPath } from "../../src/experiments/layout.ts";
import { writeJson } from "../../src/utils/files/json.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";
import { recordCycle } from "../support/records.ts";

const feature_id = "F1";
const times = (center: number) => Array.from({ length: 10 }, (_, n) => center + n);

/** Two experiments that pass everything; `a` is faster, `b` is smaller. */
async function measured(decide_by?: object) {
  const workspace = await temporaryFolder();
  const e2e = suiteSchema.parse({ command: ["true"], report: { format: "exit-code" } });
  const plan = planSchema.parse({ suites: { e2e }, decide_by });
  await writeJson(planPath(workspace, feature_id), plan);
  for (const [experiment_slug, ms, bytes] of [
    ["a", 1_000, 900],
    ["b", 2_000, 500],
  ] as const) {
    const ref = { workspace, feature_id, experiment_slug };
    const suite = { passed: 1, durations_ms: times(ms), suite: fingerprintSuite(plan, e2e) };
    await recordCycle(ref, { tags: { e2e: suite } });
    const size = { name: "size", unit: "bytes", better: "lower", samples: times(bytes) };
    const own = { name: "duration", unit: "ms", better: "lower", samples: times(5 * bytes) };
    await writeArtifact(ref, "C1", "e2e/metrics.json", JSON.stringify([size, own]));
  }
  return compareExperiments({ workspace, feature_id });
}

it.each([
  [
    { metric: "size" },
    ["b", "a"],
    /By e2e: size in bytes, lower is better: b 504\.5, best; a 904\.5, .*worse\./,
  ],
  [
    { metric: "duration", tag: "e2e" },
    ["a", "b"],
    /By e2e: duration in ms, .*: a 1,005, best; b 2,005, .*worse\./,
  ],
])("orders winners by %j and says so", async (decideBy, winners, reason) => {
  const report = await measured(decideBy);
  expect(report.winners).toEqual(winners);
  expect(report.rationale).toMatch(reason);
  expect(report.rationale).toContain(report.decision);
});

it("keeps a suite's own metric called duration unless the plan decides by time", async () => {
  const report = await measured();
  expect(report.metrics.map(({ name, measured: [first] }) => [name, first?.experiment_slug])).toEqual([
    ["duration", "b"],
    ["size", "b"],
  ]);
  expect(report).not.toHaveProperty("decision");
});
