import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { compareExperiments } from "../../src/comparison/compare.ts";
import { readOutcomes, writeOutcomes } from "../../src/experiments/outcomes/outcomes.ts";
import { recordCycle } from "../support/records.ts";

let workspace: string;
const feature_id = "F1-checkout";

beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), "compare-"));
});
afterEach(() => rm(workspace, { recursive: true }));

/** Writes a record as the kit leaves it. */
async function put(path: string, content: unknown): Promise<void> {
  const file = join(workspace, ".tdd/experiments", feature_id, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, typeof content === "string" ? content : JSON.stringify(content));
}

const ref = (experiment_slug: string) => ({ workspace, feature_id, experiment_slug });

/** Writes an outcome as a run leaves it, or is at it. */
async function putCounted(slug: string, status: "succeeded" | "running", failed = 0): Promise<void> {
  await recordCycle(ref(slug), { commit: null, dirty: true, tags: { api: { passed: 6, failed } } });
  const outcomes = await readOutcomes(ref(slug));
  if (outcomes !== undefined) await writeOutcomes(ref(slug), { ...outcomes, status });
}

describe("compareExperiments, of records that are no good", () => {
  it.each(["branch.txt", "outcomes.json", "artifacts"])(
    "gives a row `unreadable` for a %s that cannot be opened, and compares the rest",
    async (name) => {
      await putCounted("exp-b", "succeeded");
      await putCounted("exp-a", "succeeded");
      const path = join(workspace, ".tdd/experiments", feature_id, "exp-a", name);
      await rm(path, { recursive: true, force: true });
      await symlink(path, path);
      const report = await compareExperiments({ workspace, feature_id });
      expect(report.rows.map((row) => row.signal)).toEqual(["unreadable", "winning"]);
      expect(report.rows[0]?.reason).toContain(path);
    },
  );

  it("does not wait for the writer of a pipe that stands for a record", async () => {
    await putCounted("exp-a", "succeeded");
    const path = join(workspace, ".tdd/experiments", feature_id, "exp-a/timeline.json");
    await rm(path);
    await execa("mkfifo", [path]);
    const { winners, warnings } = await compareExperiments({ workspace, feature_id });
    expect(winners).toEqual([]);
    const told = warnings.find(({ kind }) => kind === "details-unreadable")?.message;
    expect(told).toContain(`${path} cannot be read: it is not a regular file`);
  });

  it("does not read a plan that leads to a device without end", async () => {
    await putCounted("exp-a", "succeeded");
    const plan = join(workspace, ".tdd/features", feature_id, "plan.json");
    await mkdir(dirname(plan), { recursive: true });
    await symlink("/dev/zero", plan);
    const { warnings, recommendation } = await compareExperiments({ workspace, feature_id });
    expect(warnings).toMatchObject([
      { kind: "plan-unreadable", message: expect.stringContaining("not a plain file") },
    ]);
    expect(recommendation).toBe("promote");
  });

  it("reads a record that begins with a byte order mark", async () => {
    await put("exp-a/branch.txt", "a");
    await put("exp-a/outcomes.json", `\uFEFF${JSON.stringify({ status: "failed", tests_failed: 1 })}`);
    expect((await compareExperiments({ workspace, feature_id })).rows[0]?.signal).toBe("failing");
  });

  it("does not pass over what hides behind a key that is nobody's", async () => {
    await putCounted("exp-a", "succeeded");
    await put(
      "exp-a/outcomes.json",
      `{"status": "succeeded", "by_tag": {"__proto__": {"passed": 0, "failed": 9}}}`,
    );
    const [row] = (await compareExperiments({ workspace, feature_id })).rows;
    expect(row?.reason).toContain("outcomes.json is not JSON: it has a key __proto__");
  });

  it("bounds what is said of a record that breaks in many places", async () => {
    await putCounted("exp-a", "succeeded");
    const tags = Array.from({ length: 20_000 }, (_, n) => [`BAD ${n}`, { passed: 1, failed: 0 }]);
    await put("exp-a/outcomes.json", { status: "succeeded", by_tag: Object.fromEntries(tags) });
    const { winners, warnings } = await compareExperiments({ workspace, feature_id });
    expect(winners).toEqual([]);
    const message = warnings.find(({ kind }) => kind === "details-unreadable")?.message ?? "";
    expect(message).toMatch(/; and 199\d\d more\.$/);
    expect(message.length).toBeLessThan(7_000);
  });
});
