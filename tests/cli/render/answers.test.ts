import { expect, test } from "vitest";
import type { ClosingAnswer, ClosingRow } from "../../../schemas/experiment/closing-answer.ts";
import type { PromotionAnswer } from "../../../schemas/promotion/promotion-answer.ts";
import { renderClosing } from "../../../src/cli/render/closing.ts";
import { renderPromotion } from "../../../src/cli/render/promotion.ts";
import { pretendTerminal } from "./terminal.ts";

const commit = "0123456789abcdef0123456789abcdef01234567";

const promotion: PromotionAnswer = {
  feature_id: "F1",
  experiment_slug: "exp-a",
  state: "planned",
  mode: "merge",
  objections: [],
  warnings: [],
  database: { commands: [] },
};

const target = { target: "main", target_commit: "f".repeat(40), experiment_commit: commit };

test.each([
  ["up_to_date", undefined, "is already in it"],
  ["fast_forward", undefined, "by a fast-forward"],
  ["merge", undefined, "by a merge"],
  ["conflict", ["a.ts", "b.ts"], "conflicts in a.ts, b.ts"],
] as const)("shows that the code of a promotion is %s", (how, conflicts, words) => {
  const code = { ...target, how, ...(conflicts && { conflicts: [...conflicts] }) };
  expect(renderPromotion({ ...promotion, code })).toContain(
    `code      0123456789ab into main at ffffffffffff, ${words}`,
  );
});

test("shows what a promotion does to the database, and until when it can be undone", () => {
  const database = {
    parent_branch: "production",
    commands: ["npm run migrate", "npm run seed"],
    pending: ["prisma 1_orders"],
    safety_branch: "before-f1",
    safety_branch_expires: "2026-02-01T00:00:00Z",
  };
  expect(renderPromotion({ ...promotion, database })).toEqual([
    "exp-a of F1: planned",
    "database  npm run migrate on production",
    "database  npm run seed on production",
    "database  applies prisma 1_orders",
    "database  earlier state kept on before-f1, until 2026-02-01T00:00:00Z",
  ]);
  const unknown = renderPromotion({ ...promotion, database: { commands: ["make"], safety_branch: "x" } });
  expect(unknown.slice(1)).toEqual([
    "database  make on the parent branch",
    "database  earlier state kept on x",
  ]);
});

test("shows what a verification counted", () => {
  const verified = {
    state: "succeeded" as const,
    run_id: "run-1",
    cycle_id: "V1",
    commit,
    by_tag: { api: { passed: 3, failed: 0 }, e2e: { passed: 1, failed: 0 } },
    at: "2026-01-01T00:00:00Z",
  };
  expect(renderPromotion({ ...promotion, verified })).toContain(
    "verified  succeeded in run-1 (V1) at 2026-01-01T00:00:00Z: api 3/0, e2e 1/0",
  );
});

test("shows why the last promotion failed, how far it came, and where its output is", () => {
  const error = {
    code: "migration_failed" as const,
    message: "The migration\nended with 1.",
    hint: "Read the log.",
    retryable: false,
  };
  const lines = renderPromotion({
    ...promotion,
    steps: ["safety_branch done", "migrate failed"],
    log: "/w/log",
    error,
  });
  expect(lines.slice(1)).toEqual([
    "step      safety_branch done",
    "step      migrate failed",
    "failed    migration_failed: The migration ended with 1. Read the log.",
    "log       /w/log",
  ]);
});

test("shows objections, and which of them can be accepted how", () => {
  const objection = { message: "It is.", hint: "Do it.", retryable: false };
  const objections = [
    { ...objection, code: "not_winning" as const, acceptable: true },
    { ...objection, code: "not_verified" as const, acceptable: false },
  ];
  expect(renderPromotion({ ...promotion, objections, warnings: ["Mind it."] }).slice(1)).toEqual([
    "against   not_winning: It is. Do it. (or --accept not_winning)",
    "against   not_verified: It is. Do it.",
    "note      Mind it.",
  ]);
});

test("shows the pull request that is ready", () => {
  const pull_request = { git_branch: "promote/F1", title: "Promote exp-a", path: "/w/pr.md", body: "text" };
  expect(renderPromotion({ ...promotion, state: "ready", pull_request })).toEqual([
    "exp-a of F1: ready",
    "branch    promote/F1",
    "title     Promote exp-a",
    "text      /w/pr.md",
  ]);
});

const row: ClosingRow = {
  experiment_slug: "exp-a",
  state: "open",
  status: "abandoned",
  verdict_by: "measured",
  goes: ["database branch exp-a"],
  stays: ["git branch experiment/F1/exp-a"],
  left: [],
  objections: [],
};
const closing: ClosingAnswer = { feature_id: "F1", experiments: [row], others: [] };

test("shows what closing would do, and what it would not touch", () => {
  const left = ["worktree /w: git keeps it locked: on a\u001b[2J disk"];
  const answer = { ...closing, experiments: [{ ...row, left }], others: ["exp-b", "exp-c"] };
  expect(renderClosing({ ...answer, decisions: "/w/decisions.md" })).toEqual([
    "exp-a: would be closed as abandoned",
    "  goes       database branch exp-a",
    "  stays      git branch experiment/F1/exp-a",
    "  left       worktree /w: git keeps it locked: on a disk",
    "  open       exp-b, exp-c stay open",
  ]);
});

test("shows what closing did, and what to do with the decision", () => {
  const experiments = [{ ...row, state: "closed" as const, status: "promoted" as const }];
  expect(renderClosing({ ...closing, experiments, decisions: "/w/decisions.md" })).toEqual([
    "exp-a: closed, promoted",
    "  gone       database branch exp-a",
    "  stays      git branch experiment/F1/exp-a",
    "  decision   /w/decisions.md",
    "  next       commit .tdd, which holds the records and the decision",
  ]);
});

test("mentions the decision only once all of them are closed", () => {
  const experiments = [
    { ...row, state: "closed" as const },
    { ...row, experiment_slug: "exp-b" },
  ];
  const lines = renderClosing({ ...closing, experiments, decisions: "/w/decisions.md" });
  expect(lines.join("\n")).not.toContain("decision");
});

test("wraps an obstacle to closing on a narrow terminal, under its beginning", () => {
  pretendTerminal(40);
  const objection = {
    code: "uncommitted_work" as const,
    message: "It has files that are not committed.",
    hint: "Commit them.",
    retryable: false,
  };
  expect(
    renderClosing({ ...closing, experiments: [{ ...row, goes: [], stays: [], objections: [objection] }] }),
  ).toEqual([
    "exp-a: would be closed as abandoned",
    "  in the way uncommitted_work: It has",
    "             files that are not",
    "             committed. Commit them.",
  ]);
});
