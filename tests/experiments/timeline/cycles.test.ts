import { expect, test } from "vitest";
import { cycleDirectory, type ExperimentRef, experimentPaths } from "../../../src/experiments/layout.ts";
import { nextVerification, writeVerification } from "../../../src/experiments/promotion.ts";
import { checkCycle, listCycles, nextCycle } from "../../../src/experiments/timeline/list-cycles.ts";
import { appendTimeline } from "../../../src/experiments/timeline/timeline.ts";
import { writeFiles } from "../../plans/project.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";
import { makeVerification } from "../../support/promotions.ts";
import { recordCycle } from "../../support/records.ts";

const makeRef = async (): Promise<ExperimentRef> => ({
  workspace: await temporaryFolder(),
  feature_id: "F1",
  experiment_slug: "exp-a",
});
const ts = "2026-01-01T00:00:00Z";

test("lists the cycles of artifacts, of the timeline and of the outcomes, each once", async () => {
  const ref = await makeRef();
  expect(await listCycles(ref)).toEqual([]);
  await recordCycle(ref, { cycle_id: "C1" });
  await writeFiles(cycleDirectory(ref, "C1"), { "a.txt": "" });
  await writeFiles(cycleDirectory(ref, "baseline"), { "a.txt": "" });
  await appendTimeline(ref, { ts, kind: "cycle", cycle_id: "C3" });
  await appendTimeline(ref, { ts, kind: "cycle", cycle_id: 7 });
  expect((await listCycles(ref)).sort()).toEqual(["C1", "C3", "baseline"]);
});

test("lists what it can if a record is broken", async () => {
  const ref = await makeRef();
  const { directory } = experimentPaths(ref);
  await writeFiles(directory, { "timeline.json": "{", "outcomes.json": "[]", "artifacts/C2/a": "" });
  expect(await listCycles(ref)).toEqual(["C2"]);
});

test.each([
  [[], "C1"],
  [["C1", "C2"], "C3"],
  [["C10", "C9"], "C11"],
  [["baseline", "c7", "C1x", "V4"], "C1"],
  [["C007"], "C8"],
  [["C99999999999999999999"], "C1"],
])("after the cycles %j comes %s", async (cycles, next) => {
  const ref = await makeRef();
  for (const cycle of cycles) await writeFiles(cycleDirectory(ref, cycle), { a: "" });
  expect(await nextCycle([ref])).toBe(next);
});

test("counts on from the highest of all experiments, so that a run has one cycle", async () => {
  const ref = await makeRef();
  const other = { ...ref, experiment_slug: "exp-b" };
  await writeFiles(cycleDirectory(ref, "C1"), { a: "" });
  await writeFiles(cycleDirectory(other, "C4"), { a: "" });
  expect(await nextCycle([ref, other])).toBe("C5");
  expect(await nextCycle([])).toBe("C1");
});

test.each(["C1", "C2", "C4", "C5"])("accepts the cycle %s, which exists or is next", async (cycle) => {
  const ref = await makeRef();
  await writeFiles(cycleDirectory(ref, "C1"), { a: "" });
  await writeFiles(cycleDirectory({ ...ref, experiment_slug: "exp-b" }, "C4"), { a: "" });
  await expect(checkCycle(ref, cycle)).resolves.toBeUndefined();
});

test("refuses any other cycle, and says which ones there are", async () => {
  const ref = await makeRef();
  await expect(checkCycle(ref, "C2")).rejects.toMatchObject({
    code: "unknown_cycle",
    message: "exp-a has no cycle C2: it has none yet, and the next is C1.",
  });
  for (const cycle of ["C1", "C2"]) await writeFiles(cycleDirectory(ref, cycle), { a: "" });
  await expect(checkCycle(ref, "C9")).rejects.toMatchObject({
    message: "exp-a has no cycle C9: there are C2, C1, and the next is C3.",
  });
});

test("numbers verifications on their own, even while one has left no artifact yet", async () => {
  const ref = await makeRef();
  await writeFiles(cycleDirectory(ref, "C5"), { a: "" });
  expect(await nextVerification(ref)).toBe("V1");
  await writeFiles(cycleDirectory(ref, "V2"), { a: "" });
  expect(await nextVerification(ref)).toBe("V3");
  await writeVerification(ref, makeVerification({ cycle_id: "V3" }));
  expect(await nextVerification(ref)).toBe("V4");
});
