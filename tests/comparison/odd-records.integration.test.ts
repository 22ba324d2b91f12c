import { rm, symlink } from "node:fs/promises";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { useFeature } from "./feature.ts";

const { compare, plan, put, putCounted, putPlan, record } = useFeature();

describe("compareExperiments, of records that are no good", () => {
  it.each(["branch.txt", "outcomes.json", "artifacts"])(
    "gives a row `unreadable` for a %s that cannot be opened, and compares the rest",
    async (name) => {
      await putCounted("exp-b", "succeeded");
      await putCounted("exp-a", "succeeded");
      const path = record(`exp-a/${name}`);
      await rm(path, { recursive: true, force: true });
      await symlink(path, path);
      const report = await compare();
      expect(report.rows.map((row) => row.signal)).toEqual(["unreadable", "winning"]);
      expect(report.rows[0]?.reason).toContain(path);
    },
  );

  it("does not wait for the writer of a pipe that stands for a record", async () => {
    await putCounted("exp-a", "succeeded");
    const path = record("exp-a/timeline.json");
    await rm(path);
    await execa("mkfifo", [path]);
    const { winners, warnings } = await compare();
    expect(winners).toEqual([]);
    const told = warnings.find(({ kind }) => kind === "details-unreadable")?.message;
    expect(told).toContain(`${path} cannot be read: it is not a regular file`);
  });

  it("does not read a plan that leads to a device without end", async () => {
    await putCounted("exp-a", "succeeded");
    await putPlan("");
    await rm(plan());
    await symlink("/dev/zero", plan());
    const { warnings, recommendation } = await compare();
    expect(warnings).toMatchObject([
      { kind: "plan-unreadable", message: expect.stringContaining("not a regular file") },
    ]);
    expect(recommendation).toBe("promote");
  });

  it("reads a record that begins with a byte order mark", async () => {
    await put("exp-a/branch.txt", "a");
    await put("exp-a/outcomes.json", `\uFEFF${JSON.stringify({ status: "failed", tests_failed: 1 })}`);
    expect((await compare()).rows[0]?.signal).toBe("failing");
  });

  it("does not pass over what hides behind a key that is nobody's", async () => {
    await putCounted("exp-a", "succeeded");
    await put(
      "exp-a/outcomes.json",
      `{"status": "succeeded", "by_tag": {"__proto__": {"passed": 0, "failed": 9}}}`,
    );
    const [row] = (await compare()).rows;
    expect(row?.reason).toContain("outcomes.json is not JSON: it has a key __proto__");
  });

  it("bounds what is said of a record that breaks in many places", async () => {
    await putCounted("exp-a", "succeeded");
    const tags = Array.from({ length: 20_000 }, (_, n) => [`BAD ${n}`, { passed: 1, failed: 0 }]);
    await put("exp-a/outcomes.json", { status: "succeeded", by_tag: Object.fromEntries(tags) });
    const { winners, warnings } = await compare();
    expect(winners).toEqual([]);
    const message = warnings.find(({ kind }) => kind === "details-unreadable")?.message ?? "";
    expect(message).toMatch(/; and 199\d\d more\.$/);
    expect(message.length).toBeLessThan(7_000);
  });
});
