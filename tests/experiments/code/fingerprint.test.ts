import { expect, test } from "vitest";
import { type Plan, planSchema } from "../../../schemas/plan/plan.ts";
import { fingerprintSuite } from "../../../src/experiments/code/fingerprint.ts";

const api = { command: ["npm", "test"], report: { format: "tap", path: "a.tap" } };

function fingerprint(suite: object, more: object = {}): string {
  const plan: Plan = planSchema.parse({ suites: { api: suite }, ...more });
  const parsed = plan.suites.api;
  return parsed === undefined ? "" : fingerprintSuite(plan, parsed);
}

test.each([
  ["another command", { ...api, command: ["npm", "run", "test"] }, {}],
  ["another report", { ...api, report: { format: "tap", path: "b.tap" } }, {}],
  ["a setup", api, { setup: ["npm", "run", "migrate"] }],
  ["a folder", { ...api, cwd: "server" }, {}],
  ["a variable of its own", { ...api, env: { MODE: "fast" } }, {}],
  ["ports", api, { ports: 1 }],
  ["a variable of the plan", api, { env: { MODE: "fast" } }],
])("%s changes the fingerprint", (_what, suite, more) => {
  expect(fingerprint(suite, more)).not.toBe(fingerprint(api));
});

test("a setup of one command and a list of that command have the same fingerprint", () => {
  expect(fingerprint(api, { setup: [["npm", "run", "migrate"]] })).toBe(
    fingerprint(api, { setup: ["npm", "run", "migrate"] }),
  );
});

test.each([
  ["the order of its keys", { report: { path: "a.tap", format: "tap" }, command: api.command }, {}],
  ["whether it is required", { ...api, required: false }, {}],
  ["its time limit", { ...api, timeout_seconds: 5 }, {}],
  ["the plan's budget", api, { budget: { max_branches: 3 } }],
])("%s does not change the fingerprint", (_what, suite, more) => {
  expect(fingerprint(suite, more)).toBe(fingerprint(api));
});
