import { rm, symlink } from "node:fs/promises";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { useFeature } from "./feature.ts";

const { compare, plan, put, putCounted, putPlan, record } = useFeature();

describe("compareExperiments with invalid records", () => {
  it.each(["branch.txt", "outcomes.json", "artifacts"])(
    "marks a row `unreadable` when %s cannot be opened, and compares the others",
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

  it("does not block on a named pipe in place of a record", async () => {
    await putCounted("exp-a", "succeeded");
    const path = record("exp-a/timeline.json");
    await rm(path);
    await execa("mkfifo", [path]);
    const { winners, warnings } = await compare();
    expect(winners).toEqual([]);
    const told = warnings.find(({ kind }) => kind === "details-unreadable")?.message;
    expect(told).toContain(`${path} cannot be read: it is not a regular file`);
  });

  it("does not read an endless device in place of a plan", async () => {
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

  it("reads a record with a byte order mark", async () => {
    await put("exp-a/branch.txt", "a");
    await put("exp-a/outcomes.json", `\uFEFF${JSON.stringify({ status: "failed", tests_failed: 1 })}`);
    expect((await compare()).rows[0]?.signal).toBe("failing");
  });

  it("refuses a record with the key __proto__ instead of ignoring what it hides", async () => {
    await putCounted("exp-a", "succeeded");
    await put(
      "exp-a/outcomes.json",
      `{"status": "succeeded", "by_tag": {"__proto__": {"passed": 0, "failed": 9}}}`,
    );
    const [row] = (await compare()).rows;
    expect(row?.reason).toContain("outcomes.json is not JSON: it has a key __proto__");
  });

  it("limits the text about a record with many defects", async () => {
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
