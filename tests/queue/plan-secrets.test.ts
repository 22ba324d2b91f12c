import { describe, expect, it } from "vitest";
import { type Plan, planSchema } from "../../schemas/plan/plan.ts";
import { refuseSecrets } from "../../src/queue/plan-secrets.ts";
import { script } from "../support/plans.ts";

const braced = (name: string) => `$\{${name}}`;

const withPlans = (env: object): Plan => planSchema.parse({ env, suites: { api: script("") } });
const withSuites = (env: object): Plan =>
  planSchema.parse({
    suites: { api: script(""), e2e: { ...script(""), env }, db: { builtin: "migrations" } },
    setup: ["true"],
  });

describe("a plan must not reach the queue with", () => {
  it.each<[string, string, string]>([
    ["a token", "API_TOKEN", "sk-live-1234567"],
    ["a password with a dollar sign, which is written twice", "DB_PASSWORD", "pa$$word-1234"],
    ["a password in a URL", "TEST_URL", "https://me:hunter2@example.com/x"],
    ["a password in a URL to a host that a variable names", "TEST_URL", "postgres://app:hunter2@$PGHOST/db"],
    [
      "a password in a URL for a user that a variable names",
      "TEST_URL",
      `postgres://${braced("PGUSER")}:hunter2@host/db`,
    ],
  ])("%s", (_what, name, value) => {
    for (const plan of [withPlans({ A: "1", [name]: value }), withSuites({ [name]: value })])
      expect(() => refuseSecrets(plan)).toThrow(
        expect.objectContaining({
          code: "queue_secret_in_plan",
          message: expect.stringContaining(`The plan sets ${name} to what looks like a secret`),
        }),
      );
  });

  it("one whose value is then in the message", () => {
    expect(() => refuseSecrets(withPlans({ API_TOKEN: "sk-live-1234567" }))).toThrow(/^(?!.*sk-live)/s);
  });
});

describe("a plan may reach the queue with", () => {
  it.each<[string, string, string]>([
    ["plain settings", "MODE", "production-like"],
    ["a token from a variable", "API_TOKEN", "$CI_API_TOKEN"],
    ["a token from a variable, with more around it", "AUTH_TOKEN", `Bearer ${braced("CI_API_TOKEN")}`],
    ["a URL whose password is from a variable", "TEST_URL", "postgres://app:$PGPASSWORD@$PGHOST:$PGPORT/db"],
    ["the path of a file with secrets", "CREDENTIALS_FILE", "$MAIN_CHECKOUT/secrets/credentials.json"],
    ["what is too short for a secret", "DB_PASSWORD", "postgres"],
    ["a URL without a login", "API_TOKEN_URL", "$BASE_URL/oauth/token"],
  ])("%s", (_what, name, value) => {
    expect(() => refuseSecrets(withPlans({ [name]: value }))).not.toThrow();
    expect(() => refuseSecrets(withSuites({ [name]: value }))).not.toThrow();
  });

  it("no variables at all", () => {
    expect(() => refuseSecrets(planSchema.parse({ suites: { api: script("") } }))).not.toThrow();
  });
});
