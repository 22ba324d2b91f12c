import { expect, test } from "vitest";
import { readMeasurements } from "../../../src/comparison/records/measurements.ts";
import { readRecords } from "../../../src/comparison/records/records.ts";
import { writeArtifact } from "../../../src/experiments/artifacts/artifacts.ts";
import type { ExperimentRef } from "../../../src/experiments/layout.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";
import { recordCycle } from "../../support/records.ts";

const metrics = (...values: number[]) =>
  JSON.stringify(values.map((value, n) => ({ name: `m${n}`, value, better: "lower" })));

/** An experiment with two cycles, of which the second measured `perf` and the first `api`. */
async function prepare(durations_ms?: number[]): Promise<ExperimentRef> {
  const ref = { workspace: await temporaryFolder(), feature_id: "F1", experiment_slug: "a" };
  await recordCycle(ref, { cycle_id: "C1", tags: { api: { passed: 1 }, perf: { passed: 1 } } });
  await recordCycle(ref, {
    cycle_id: "C2",
    tags: { perf: { passed: 1, ...(durations_ms && { durations_ms }) } },
  });
  return ref;
}

async function read(ref: ExperimentRef, decideBy?: { metric: string; tag?: string }) {
  const broken: string[] = [];
  const records = await readRecords(ref);
  if (records === undefined) throw new Error("There is no experiment.");
  const found = await readMeasurements(records, decideBy, (path) => broken.push(path));
  return {
    broken,
    found: found
      .map(({ tag, metric }) => `${tag} ${metric.name} ${metric.value ?? metric.samples?.join("+")}`)
      .sort(),
  };
}

test("reads the metrics of the cycle that counts for each tag, and of its repeats", async () => {
  const ref = await prepare();
  await writeArtifact(ref, "C1", "api/metrics.json", metrics(1));
  await writeArtifact(ref, "C1", "perf/metrics.json", metrics(2));
  await writeArtifact(ref, "C2", "perf/metrics.json", metrics(3, 4));
  await writeArtifact(ref, "C2", "perf/repeat-2/metrics.json", metrics(5));
  expect((await read(ref)).found).toEqual(["api m0 1", "perf m0 3", "perf m0 5", "perf m1 4"]);
});

test.each([
  "metrics.json",
  "perf/deep/metrics.json",
  "perf/repeat-x/metrics.json",
  "perf/repeat-1/deep/metrics.json",
  "perf/my-metrics.json",
  "perf/metrics.json.bak",
  "performance/metrics.json",
])("does not take %s for the metrics of a tag", async (name) => {
  const ref = await prepare();
  await writeArtifact(ref, "C2", name, metrics(1));
  expect(await read(ref)).toEqual({ found: [], broken: [] });
});

test("passes over a file that cannot be read, and names it", async () => {
  const ref = await prepare();
  await writeArtifact(ref, "C1", "api/metrics.json", metrics(1));
  await writeArtifact(ref, "C2", "perf/metrics.json", '[{"name":"p50"}]');
  expect(await read(ref)).toEqual({
    found: ["api m0 1"],
    broken: [expect.stringMatching(/a\/artifacts\/C2\/perf\/metrics\.json$/)],
  });
});

test("takes how long a suite took for a metric only if the plan decides by it", async () => {
  const ref = await prepare([120, 130]);
  expect((await read(ref)).found).toEqual([]);
  expect((await read(ref, { metric: "p50", tag: "perf" })).found).toEqual([]);
  expect((await read(ref, { metric: "duration", tag: "perf" })).found).toEqual(["perf duration 120+130"]);
  expect((await read(ref, { metric: "duration", tag: "api" })).found).toEqual([]);
  expect((await read(ref, { metric: "duration", tag: "constructor" })).found).toEqual([]);
});

test("a suite's own metric called duration gives way to how long it took, in that tag only", async () => {
  const ref = await prepare([120]);
  const own = JSON.stringify([{ name: "duration", value: 7, better: "lower" }]);
  await writeArtifact(ref, "C2", "perf/metrics.json", own);
  await writeArtifact(ref, "C1", "api/metrics.json", own);
  expect((await read(ref, { metric: "duration", tag: "perf" })).found).toEqual([
    "api duration 7",
    "perf duration 120",
  ]);
  expect((await read(ref)).found).toEqual(["api duration 7", "perf duration 7"]);
});
