import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { BundleManifest, BundleTag } from "../../schemas/bundle.ts";
import { type Plan, planSchema } from "../../schemas/plan/plan.ts";
import type { CasesFile } from "../../schemas/plan/report.ts";
import { recountBundle } from "../../src/bundles/recount.ts";
import { makeManifest } from "../support/archives.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";
import { script } from "../support/plans.ts";

const suites = planSchema.parse({
  suites: {
    api: { command: ["x"], report: { format: "junit", path: "junit.xml" } },
    exit: script(""),
    db: { builtin: "migrations" },
  },
  setup: ["true"],
}).suites;

const passing = '<testsuite><testcase name="a"/><testcase name="b"/></testsuite>';
const failing =
  '<testsuite><testcase name="a"/><testcase name="b"><failure message="no"/></testcase></testsuite>';

interface Made {
  tag?: string;
  claim?: Partial<BundleTag>;
  /** `api.cases.json`, or a text in its place. */
  cases?: Partial<CasesFile> | string | undefined;
  /** Files of the bundle, besides the cases. */
  files?: Record<string, string>;
  change?: Partial<BundleManifest>;
  plan?: Plan["suites"];
}

const round = (exit_code: number | null, ...report: string[]) => ({ exit_code, stopped_by: null, report });

/** Counts a bundle of one tag again; by default one whose two tests passed, as it says. */
async function recount({ tag = "api", claim = {}, cases = {}, files, change, plan = suites }: Made = {}) {
  const directory = await temporaryFolder();
  const list = { tag, cases: [], rounds: [round(0, `${tag}/junit.xml`)] };
  const text = typeof cases === "string" ? cases : JSON.stringify({ ...list, ...cases });
  const all = { [`${tag}.cases.json`]: text, ...(files ?? { [`${tag}/junit.xml`]: passing }) };
  for (const [name, content] of Object.entries(all)) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), content);
  }
  const own: BundleTag = {
    state: "evidence",
    outcome: { passed: 2, failed: 0 },
    suite: "0".repeat(16),
    ...claim,
  };
  const manifest = makeManifest(all, { tags: [tag], by_tag: { [tag]: own }, ...change });
  const reader = { launch: [], signal: new AbortController().signal };
  return recountBundle({ manifest, directory }, { suites: plan }, reader);
}

describe("a bundle counts by its own reports", () => {
  it("whatever its list of tests says", async () => {
    const [found] = await recount({ cases: { cases: [{ name: "made up", status: "failed" }] } });
    expect(found?.verdict).toMatchObject({ state: "evidence", outcome: { passed: 2, failed: 0 } });
    expect(found?.verdict.cases.map(({ name }) => name)).toEqual(["a", "b"]);
  });

  it("with a failure, if the exit status says so, too", async () => {
    const claim = { outcome: { passed: 1, failed: 1 } };
    const files = { "api/junit.xml": failing };
    const cases = { rounds: [round(1, "api/junit.xml")], details: "api/junit.xml" };
    const [found] = await recount({ claim, files, cases });
    expect(found).toMatchObject({
      tag: "api",
      details: "api/junit.xml",
      verdict: { outcome: { failed: 1 } },
    });
  });

  it("over all repeats, of which one may have failed", async () => {
    const rounds = [round(0, "api/junit.xml"), round(1, "api/repeat-2/junit.xml")];
    const [found] = await recount({
      ...{ change: { repeat: 2 }, cases: { rounds }, claim: { outcome: { passed: 1, failed: 0 }, flaky: 1 } },
      files: { "api/junit.xml": passing, "api/repeat-2/junit.xml": failing },
    });
    expect(found?.verdict).toMatchObject({ outcome: { passed: 1, failed: 0 }, flaky: 1, rounds });
  });

  it("by its exit status, for a suite that writes no report", async () => {
    const [found] = await recount({
      ...{ tag: "exit", claim: { outcome: { passed: 0, failed: 1 } } },
      ...{ cases: { rounds: [round(3)] }, files: {} },
    });
    expect(found?.verdict).toMatchObject({ outcome: { passed: 0, failed: 1 } });
  });

  it("by its list of tests, for the built-in suite", async () => {
    const cases = { cases: [{ name: "applies", status: "passed" as const }], details: "db/first/stdout.log" };
    const [found] = await recount({
      tag: "db",
      cases,
      claim: { outcome: { passed: 1, failed: 0 } },
      files: {},
    });
    expect(found).toMatchObject({
      details: "db/first/stdout.log",
      verdict: { outcome: { passed: 1, failed: 0 } },
    });
  });

  it("not at all for a tag that the plan does not have", async () => {
    expect(await recount({ plan: {} })).toEqual([]);
  });

  it("as not measured if it says so, with its reason, although its report is fine", async () => {
    const claim = { state: "no_evidence" as const, outcome: undefined, reason: "it took too long" };
    expect((await recount({ claim }))[0]?.verdict).toMatchObject({
      state: "no_evidence",
      reason: "it took too long",
    });
    const [silent] = await recount({ claim: { ...claim, reason: undefined } });
    expect(silent?.verdict).toMatchObject({ reason: "no reason was recorded" });
  });
});

describe("a bundle is refused if its report does not show what it claims", () => {
  const api = { rounds: [round(0, "api/junit.xml")] };
  it.each<[string, Made, RegExp]>([
    ["more passed", { claim: { outcome: { passed: 3, failed: 0 } } }, /shows 2 passed and 0 failed/],
    [
      "fewer failed",
      { files: { "api/junit.xml": failing }, cases: { rounds: [round(1, "api/junit.xml")] } },
      /shows 1 passed and 1 failed/,
    ],
    ["no counts", { claim: { outcome: undefined } }, /shows 2 passed/],
    ["flaky tests", { claim: { flaky: 1 } }, /shows 0 flaky/],
    [
      "a pass, with a failed exit status",
      { cases: { rounds: [round(1, "api/junit.xml")] } },
      /shows no counts: .*status 1/,
    ],
    [
      "a pass, killed",
      { cases: { rounds: [round(null, "api/junit.xml")] } },
      /shows no counts: its process was killed/,
    ],
    [
      "a pass, after a timeout",
      { cases: { rounds: [{ ...round(0, "api/junit.xml"), stopped_by: "timeout" }] } },
      /shows no counts: it exceeded its limit/,
    ],
    ["a pass without a round", { cases: { rounds: [] } }, /it is not all there/],
    ["a pass in a list of an earlier version", { cases: { rounds: undefined } }, /it is not all there/],
    ["a repeat more than it has", { cases: api, change: { repeat: 2 } }, /it is not all there/],
    ["a report that it lacks", { cases: { rounds: [round(0, "api/other.xml")] } }, /is missing/],
    [
      "the report of another tag",
      { cases: { rounds: [round(0, "e2e/junit.xml")] }, files: { "e2e/junit.xml": passing } },
      /is missing/,
    ],
    ["no report at all", { cases: { rounds: [round(0)] } }, /is missing/],
    ["a report that is cut off", { files: { "api/junit.xml": passing.slice(0, 40) } }, /cannot be read/],
  ])("%s", async (_what, made, message) => {
    await expect(recount(made)).rejects.toMatchObject({
      code: "bundle_changed",
      message: expect.stringMatching(message),
    });
  });

  it("one report that is named twice, for two", async () => {
    const rounds = [round(0, "api/junit.xml", "api/junit.xml")];
    await expect(
      recount({ cases: { rounds }, claim: { outcome: { passed: 4, failed: 0 } } }),
    ).rejects.toMatchObject({
      message: expect.stringContaining("shows 2 passed"),
    });
  });
});

describe("a bundle is damaged if its list of tests", () => {
  it.each<[string, Made["cases"]]>([
    ["is of another tag", { tag: "e2e" }],
    ["is no JSON", '{"tag":'],
    ["is no list", '{"tag":"api"}'],
    ["is empty", ""],
  ])("%s", async (_why, cases) => {
    await expect(recount({ cases })).rejects.toMatchObject({
      code: "bundle_unreadable",
      message: "The bundle cannot be read: its api.cases.json is no list of the tests of api.",
    });
  });
});
