import { expect, test } from "vitest";
import { planSchema } from "../../schemas/plan/plan.ts";
import { assemblePlan, findMigrationsTag } from "../../src/plans/assemble-plan.ts";
import { describeFindings } from "../../src/plans/describe-findings.ts";
import { exitCode, type FoundSuite, junit, nothing } from "../../src/plans/detection.ts";

const noVariables = { mapped: [], unknown: [] };
const suiteOf = (tag: string, report: FoundSuite["suite"]["report"] = exitCode): FoundSuite => ({
  tag,
  suite: { command: ["make", tag], report },
  source: `target ${tag}`,
});
const migrate = { command: ["make", "migrate"], source: "target migrate" };

test("writes nothing into a plan that was not found", () => {
  const plan = assemblePlan({ ...nothing, suites: [suiteOf("api")] }, noVariables);
  expect(Object.keys(plan)).toEqual(["budget", "suites"]);
  expect(planSchema.safeParse(plan).success).toBe(true);
});

test("writes what was found, where a run and a promotion look for it", () => {
  const installs = [
    { command: ["npm", "ci"], source: "lock" },
    { command: ["pip", "install"], cwd: "api", source: "list" },
  ];
  const plan = assemblePlan(
    { suites: [suiteOf("api")], setup: [migrate], prepare: installs, env: { RAILS_ENV: "test" } },
    { mapped: [{ name: "DB_URL", value: "$DATABASE_URL", source: "a.ts" }], unknown: [], port: "a.ts" },
    { copied: [".env"] },
  );
  expect(plan).toMatchObject({
    worktrees: { prepare: [["npm", "ci"], { command: ["pip", "install"], cwd: "api" }], copy: [".env"] },
    env: { RAILS_ENV: "test", DB_URL: "$DATABASE_URL" },
    ports: 1,
    setup: ["make", "migrate"],
    suites: { api: { command: ["make", "api"] }, infra: { builtin: "migrations" } },
    promote: { migrate: ["make", "migrate"] },
  });
  expect(planSchema.safeParse(plan).success).toBe(true);
});

test("keeps one step with a folder of its own valid", () => {
  const setup = [{ ...migrate, cwd: "db" }];
  const plan = assemblePlan({ ...nothing, suites: [suiteOf("api")], setup }, noVariables);
  expect(plan.setup).toEqual({ command: ["make", "migrate"], cwd: "db" });
  expect(planSchema.safeParse(plan).success).toBe(true);
});

test.each([
  [[], ["api"], undefined],
  [[migrate], ["api"], "infra"],
  [[migrate], ["infra"], "migrations"],
  [[migrate], ["infra", "migrations"], undefined],
])("with the steps %j and the tags %j calls the built-in suite %s", (setup, tags, tag) => {
  expect(findMigrationsTag({ setup, suites: tags.map((each) => suiteOf(each)) })).toBe(tag);
});

test("says of an empty project what is missing, and nothing else", () => {
  expect(describeFindings(nothing, noVariables)).toEqual({
    found: [],
    not_found: [
      "suites: no known test runner",
      "an e2e suite: no Playwright, no Cypress, and no script or test folder of that name",
      "setup and promote.migrate: no known migration tool",
      "worktrees.prepare: no lock file and no list of dependencies",
    ],
    advice: [],
  });
});

test("says of everything found what it is and where it is from", () => {
  const findings = describeFindings(
    {
      suites: [{ ...suiteOf("api"), advice: "Count it." }, suiteOf("e2e", junit())],
      setup: [{ ...migrate, advice: "Install it." }],
      prepare: [{ command: ["npm", "ci"], source: "package-lock.json" }],
    },
    {
      mapped: [{ name: "DB_URL", value: "$DATABASE_URL", source: "a.ts" }],
      unknown: ["STRIPE_KEY"],
      port: "b.ts",
    },
    { copied: [".env"], untracked: [".env.local"] },
  );
  expect(findings).toEqual({
    found: [
      "suite api: target api, counted by exit status",
      "suite e2e: target e2e, counted from junit",
      "suite infra: built in, runs setup twice on a fork of the parent branch",
      "setup and promote.migrate: make migrate (target migrate)",
      "worktrees.prepare: npm ci (package-lock.json)",
      "worktrees.copy: .env, which git ignores and the code reads",
      "env.DB_URL: $DATABASE_URL (a.ts)",
      "ports: PORT (b.ts)",
    ],
    not_found: ["a value for STRIPE_KEY, which the example .env file lists"],
    advice: [
      "Count it.",
      "Install it.",
      "The code reads .env.local, which is not committed: add it to .gitignore, then to worktrees.copy.",
    ],
  });
});
