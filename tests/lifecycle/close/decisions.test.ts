import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import type { Closed } from "../../../schemas/experiment/closed.ts";
import { decisionsPath } from "../../../src/experiments/layout.ts";
import { recordDecision } from "../../../src/lifecycle/close/decisions.ts";
import { decideVerdict, type Findings, summarizePromotion } from "../../../src/lifecycle/close/verdict.ts";
import { makeClosed } from "../../support/closed-records.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";
import { makePromotion } from "../../support/promotions.ts";

/** Records decisions one after the other, into a file with that text if there is one. */
async function record(decisions: Partial<Closed>[], text?: string) {
  const ref = { workspace: await temporaryFolder(), feature_id: "F1" };
  const path = decisionsPath(ref.workspace, "F1");
  if (text !== undefined) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  for (const each of decisions) await recordDecision(ref, makeClosed(each));
  return readFile(path, "utf8");
}

const later = { closed_at: "2026-02-02T00:00:00.000Z" };
const line = "- **exp-a** abandoned by the caller's decision: too slow. Its code is in the main checkout.";

test("begins a file with what was compared and how the experiment ended", async () => {
  const compared: Closed["compared"] = [
    { experiment_slug: "exp-a", signal: "failing" as const, by_tag: { api: { passed: 1, failed: 2 } } },
    { experiment_slug: "exp-b", signal: "not_started" as const, by_tag: {} },
  ];
  expect(await record([{ compared }])).toBe(`# Decisions on F1

## 2026-01-01T00:00:00.000Z

Compared, passed/failed: exp-a failing (api 1/2); exp-b not_started.

What was measured said **continue**. Nothing ran.

${line}
`);
});

test("puts experiments that one call closed into one section, and later ones into another", async () => {
  const text = await record([{}, { experiment_slug: "exp-b" }, later, { experiment_slug: "exp-c" }]);
  expect(text.match(/^(## .*|- \*\*[^ ]*)/gm)).toEqual([
    "## 2026-01-01T00:00:00.000Z",
    "- **exp-a**",
    "- **exp-b**",
    "- **exp-c**",
    "## 2026-02-02T00:00:00.000Z",
    "- **exp-a**",
  ]);
  expect(text).toMatch(/\n\n## 2026-02/);
});

test("records a decision once, even if closing was interrupted after it", async () => {
  const once = await record([{}, { experiment_slug: "exp-b" }]);
  expect(await record([{}, { experiment_slug: "exp-b" }, {}, { experiment_slug: "exp-b" }])).toBe(once);
});

test("leaves what somebody wrote there alone", async () => {
  const own = "# Ours\n\nWe decide on Fridays.\n\n## Notes\n\n- **exp-a** is Kai's.\n";
  const text = await record([{}], own);
  expect(text.startsWith(own)).toBe(true);
  expect(text).toContain(line);
  expect(await record([{}], "")).toContain(line);
});

test.each<[what: string, closed: Partial<Closed>, words: string]>([
  [
    "its git branch",
    { git_branch: "experiment/F1/exp-a", commit: "0123456789abcdef" },
    "Its code is on experiment/F1/exp-a, at 0123456789ab.",
  ],
  [
    "the commit in the main checkout",
    { commit: "0123456789abcdef" },
    "Its code is in the main checkout, at 0123456789ab.",
  ],
  ["measurements", { verdict_by: "measured" }, "abandoned by what was measured: too slow."],
  ["a reason that is a sentence", { reason: "Too slow!" }, "decision: Too slow! Its code"],
  [
    "a promotion to a git branch and the database",
    {
      status: "promoted",
      promotion: {
        run_id: "r",
        mode: "merge",
        target: "main",
        merge_commit: "fedcba9876543210",
        parent_branch: "production",
      },
    },
    "It was promoted to main, at fedcba987654, and the database branch production.",
  ],
  [
    "a promotion of the database alone",
    { status: "promoted", promotion: { run_id: "r", mode: "merge", parent_branch: "production" } },
    "It was promoted to the database branch production.",
  ],
  [
    "a pull request",
    {
      promotion: {
        run_id: "r",
        mode: "branch",
        target: "main",
        merge_commit: "fedcba9876543210",
        parent_branch: "p",
      },
    },
    "It was offered for main at fedcba987654.",
  ],
])("mentions %s", async (_what, closed, words) => {
  expect(await record([closed])).toContain(words);
});

test("keeps a reason on its line, whatever is in it", async () => {
  const text = await record([
    { reason: "no\n\n## 2026-02-02T00:00:00.000Z\n\n- **exp-b** promoted \u001b[2J" },
    later,
  ]);
  expect(text.match(/^## /gm)).toHaveLength(2);
  expect(text.match(/^- /gm)).toHaveLength(2);
  expect(text).not.toContain("\u001b");
});

describe("the verdict on an experiment", () => {
  const ref = { workspace: "/w", feature_id: "F1", experiment_slug: "exp-a" };
  const findings = (more: Partial<Findings>): Findings => ({
    ...{ recommendation: "continue", rationale: "", compared: [], winner: undefined },
    ...more,
  });
  const failing = [{ experiment_slug: "exp-a", signal: "failing" as const, by_tag: {} }];

  test.each<[what: string, found: Partial<Findings>, by: string]>([
    ["nothing was decided", {}, "caller"],
    ["it failed", { compared: failing }, "measured"],
    [
      "another one failed",
      { compared: [{ experiment_slug: "exp-b", signal: "failing", by_tag: {} }] },
      "caller",
    ],
    ["another one won", { recommendation: "promote", winner: "exp-b" }, "measured"],
    ["it won", { recommendation: "promote", winner: "exp-a" }, "caller"],
    ["all are to be abandoned", { recommendation: "abandon-all" }, "measured"],
    ["several could be combined", { recommendation: "synthesize", winner: "exp-b" }, "caller"],
  ])("that was abandoned when %s is by the %s", (_what, found, verdict_by) => {
    expect(decideVerdict(ref, undefined, findings(found))).toEqual({ status: "abandoned", verdict_by });
  });

  test("that was promoted is measured, unless the caller overrode the recommendation", () => {
    const decide = (more: Parameters<typeof makePromotion>[0]) =>
      decideVerdict(ref, makePromotion(more), findings({ compared: failing }));
    expect(decide({})).toEqual({ status: "promoted", verdict_by: "measured" });
    expect(decide({ state: "ready" })).toEqual({ status: "promoted", verdict_by: "measured" });
    expect(decide({ accepted: ["not_recommended"] })).toEqual({ status: "promoted", verdict_by: "caller" });
    expect(decide({ state: "failed" })).toMatchObject({ status: "abandoned" });
  });
});

test("archives what a finished promotion merged and kept, and nothing of an unfinished one", () => {
  const code = {
    ...{ target: "main", target_commit: "t", experiment_commit: "e", merge_commit: "m" },
    how: "merge" as const,
  };
  const { verified } = makePromotion();
  const safety_branch = { branch: "before-f1", since: "s", uid: "br-2", expire_time: null };
  expect(summarizePromotion(makePromotion({ verified: { ...verified, code }, safety_branch }))).toEqual({
    run_id: "run-20260101T000001-01234567",
    mode: "merge",
    parent_branch: "production",
    target: "main",
    merge_commit: "m",
    safety_branch: { branch: "before-f1", uid: "br-2" },
  });
  expect(summarizePromotion(makePromotion())).not.toHaveProperty("target");
  expect(summarizePromotion(makePromotion({ state: "running" }))).toBeUndefined();
  expect(summarizePromotion(undefined)).toBeUndefined();
});
