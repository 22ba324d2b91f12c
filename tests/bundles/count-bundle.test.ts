import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { BundleManifest } from "../../schemas/bundle.ts";
import type { ReportCase } from "../../schemas/plan/report.ts";
import { addCounts, countBundle } from "../../src/bundles/count-bundle.ts";
import { moveArtifacts } from "../../src/bundles/move-artifacts.ts";
import type { RecountedTag } from "../../src/bundles/recount.ts";
import { asBranchName } from "../../src/lakebase/branches/branch-id.ts";
import { withEvidence } from "../../src/runs/suite/evidence.ts";
import { listAll, makeManifest } from "../support/archives.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";
import { commit } from "../support/records.ts";

const cases: ReportCase[] = [
  { name: "a", status: "passed" },
  { name: "b", status: "flaky", tally: { passed: 1, failed: 2 } },
];
const recounted: RecountedTag = { tag: "api", verdict: withEvidence({ cases }), details: "api/junit.xml" };
const suite = "0123456789abcdef";

async function count(change: Partial<BundleManifest>, tags: readonly RecountedTag[] = [recounted]) {
  const experiment = {
    ...{ workspace: await temporaryFolder(), feature_id: "F1", experiment_slug: "exp-a" },
    branch: asBranchName("f1-exp-a"),
  };
  const cycle = {
    ...{ runId: "run-here", cycleId: "C4", experiment, request: {} },
    ...{ tree: { commit, dirty: false }, branch: { uid: "br-own" } },
  };
  return countBundle(cycle, { manifest: makeManifest({}, change), directory: "/bundle" }, tags);
}

describe("a bundle adds", () => {
  it("what its reports show, as this run's, with where it is from", async () => {
    const claim = {
      state: "evidence" as const,
      outcome: { passed: 9, failed: 9 },
      flaky: 9,
      duration_ms: 7,
      suite,
    };
    expect(await count({ by_tag: { api: claim } })).toEqual({
      by_tag: { api: { passed: 1, failed: 0 } },
      evidence: {
        api: {
          ...{ state: "evidence", duration_ms: 7, flaky: 1 },
          source: {
            ...{ run_id: "run-here", cycle_id: "C4", commit, dirty: false, branch_uid: "br-own", suite },
            origin: { run_id: "run-20260101T000001-01234567", machine: "ci-1" },
          },
        },
      },
      flaky: { api: ["b (failed 2 of 3)"] },
    });
  });

  it("texts on one line, of bounded length, without control characters", async () => {
    const reason = `first\n\u001b[2Jsecond ${"x".repeat(4_000)}`;
    const claim = { state: "no_evidence" as const, reason, failed_first: "a\nb", suite };
    const verdict = { state: "no_evidence" as const, reason: "", cases: [] };
    const found = await count({ by_tag: { api: claim } }, [{ ...recounted, verdict }]);
    const text = found.evidence.api?.reason ?? "";
    expect(text.startsWith("first ")).toBe(true);
    expect(text).not.toMatch(/\p{Cc}/u);
    expect(text.length).toBeLessThanOrEqual(1_000);
    expect(found.failed_first).toEqual({ api: "a b" });
    expect(found.by_tag).toEqual({});
  });

  it("nothing for a tag that it does not claim", async () => {
    expect(await count({ by_tag: {} })).toEqual({ by_tag: {}, evidence: {} });
  });

  it.each([
    ["setup/stderr.log", "api+shard/setup/stderr.log"],
    ["prepare/step-2/stderr.log", "api+shard/prepare/step-2/stderr.log"],
    ["api/stderr.log", "api/stderr.log"],
  ])("how its setup failed, in %s as that is named here", async (artifact, expected) => {
    const found = await count({ setup_failed: { reason: "it\nfailed", artifact } }, []);
    expect(found.setup_failed).toEqual({ reason: "it failed", artifact: expected });
  });
});

describe("the counts of several bundles", () => {
  const of = (tag: string) => ({
    by_tag: { [tag]: { passed: 1, failed: 0 } },
    evidence: { [tag]: { state: "evidence" as const } },
  });

  it("are in the plan's order, whichever came first", () => {
    const all = addCounts([of("infra"), of("api"), of("e2e")], ["api", "e2e", "infra"]);
    expect(Object.keys(all.by_tag)).toEqual(["api", "e2e", "infra"]);
    expect(Object.keys(all.evidence)).toEqual(["api", "e2e", "infra"]);
    expect(all).not.toHaveProperty("flaky");
  });

  it("contain what was flaky and run first in any, and the first setup that failed", () => {
    const setup_failed = { reason: "x", artifact: "y" };
    const all = addCounts(
      [
        of("api"),
        { ...of("e2e"), flaky: { e2e: ["a"] }, failed_first: { e2e: "z" } },
        { ...of("infra"), setup_failed },
      ],
      [],
    );
    expect(all).toMatchObject({ flaky: { e2e: ["a"] }, failed_first: { e2e: "z" }, setup_failed });
    expect(addCounts([], [])).toEqual({ by_tag: {}, evidence: {}, setup_failed: undefined });
  });
});

describe("the artifacts of a bundle", () => {
  const move = async (files: Record<string, string>, tags = ["api", "e2e"]) => {
    const [directory, to] = [await temporaryFolder(), join(await temporaryFolder(), "C4")];
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(directory, name)), { recursive: true });
      await writeFile(join(directory, name), content);
    }
    const manifest = makeManifest(files, { tags });
    await moveArtifacts({ manifest, directory }, [recounted], { directory: to, runId: "run-here" });
    return { to, names: (await listAll(to)).map((path) => path.slice(to.length + 1)) };
  };

  it("go where the cycle would have put them, those of the setup apart from other bundles'", async () => {
    const { names } = await move({
      ...{ "api/junit.xml": "<x/>", "e2e/deep/a.txt": "a", "schema-diff.json": "{}" },
      ...{ "setup/stdout.log": "s", "prepare/stdout.log": "p" },
    });
    expect(names.filter((name) => /\.\w+$/.test(name))).toEqual([
      ...["api+shard/prepare/stdout.log", "api+shard/setup/stdout.log", "api.cases.json"],
      ...["api/junit.xml", "e2e/deep/a.txt", "schema-diff.json"],
    ]);
  });

  it("contain the tests that were read again, and not the list that the bundle brought", async () => {
    const { to } = await move({
      "api.cases.json": '{"tag":"api","cases":[{"name":"made up","status":"passed"}]}',
    });
    expect(JSON.parse(await readFile(join(to, "api.cases.json"), "utf8"))).toEqual({
      ...{ tag: "api", run_id: "run-here", details: "api/junit.xml", cases },
    });
  });
});
