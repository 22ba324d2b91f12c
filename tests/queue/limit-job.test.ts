import { describe, expect, it } from "vitest";
import { planSchema } from "../../schemas/plan/plan.ts";
import { limitJob } from "../../src/queue/enqueue.ts";
import { script } from "../support/plans.ts";

const step = ["true"];

function limit(suite: object, plan: object, repeat = 1): number {
  const parsed = planSchema.parse({ ...plan, suites: { api: suite } });
  const own = parsed.suites.api;
  if (own === undefined) throw new Error("The plan has one suite.");
  return limitJob(parsed, "api", own, repeat);
}

const api = { ...script(""), timeout_seconds: 60 };
const migrations = { builtin: "migrations" };

// Two minutes of grace in each.
describe("a worker has a job for as long as its suite may take there, in seconds", () => {
  it.each<[string, number, number]>([
    ["the suite itself", limit(api, {}), 120 + 60],
    ["each repeat", limit(api, {}, 3), 120 + 3 * 60],
    ["ten minutes for each step of the setup", limit(api, { setup: [step, step, step] }), 120 + 1_800 + 60],
    [
      "half an hour for each step that prepares",
      limit(api, { worktrees: { prepare: [step, step] } }),
      120 + 3_600 + 60,
    ],
    [
      "a retry on a fresh branch, once, after the setup there",
      limit({ ...api, retry_on_fresh_branch: true }, { setup: step }, 2),
      120 + 600 + 2 * 60 + 600 + 600 + 60,
    ],
    [
      "the setup twice more for the built-in suite, on a fresh branch",
      limit(migrations, { setup: [step, step, step, step, step] }),
      120 + 3_000 + 600 + 2 * 3_000,
    ],
  ])("%s", (_what, seconds, expected) => {
    expect(seconds).toBe(expected);
  });
});

it("refuses a job that may take more than a day, and says how long it may", () => {
  expect(limit({ ...api, timeout_seconds: 86_280 }, {})).toBe(86_400);
  expect(() => limit({ ...api, timeout_seconds: 86_281 }, {})).toThrow(
    expect.objectContaining({
      code: "queue_job_too_long",
      message: expect.stringContaining("The suite api may take 86401 s"),
    }),
  );
});
