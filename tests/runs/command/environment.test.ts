import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { asBranchName } from "../../../src/lakebase/branches/branch-id.ts";
import type { Connection } from "../../../src/lakebase/connection/client.ts";
import { buildCommandEnvironment, listSecrets } from "../../../src/runs/command/environment.ts";
import { withFreshResults } from "../../../src/runs/command/fresh-results.ts";

const connection: Connection = {
  ...{ endpoint: "projects/p/branches/b/endpoints/e", host: "h.example.com", port: 5432, sslmode: "require" },
  ...{ user: "me@example.com", password: "pa55/word+1", database: "shop", api_host: null, expires_at: "" },
};

const experiment = {
  ...{ workspace: "/shop", feature_id: "F1", experiment_slug: "exp-a", branch: asBranchName("f1-exp-a") },
};

function makeEnvironment(tag: string, change: Partial<Connection> = {}, ports: number[] = []) {
  const facts = { experiment, cycleId: "C1", tag, artifactsDirectory: "/work/files", ports };
  return buildCommandEnvironment({ ...connection, ...change }, facts);
}

beforeEach(() => {
  for (const [name, value] of Object.entries({
    ...{ GOFLAGS: "-mod=mod", SHOP_MODE: "test", GIT_DIR: "/elsewhere/.git" },
    ...{
      PGHOSTADDR: "10.0.0.1",
      PGSERVICE: "other",
      PGHOST: "other",
      LAKEBASE_QUEUE_URL: "postgres://u:queue-pa55@h/q",
    },
    ...{
      DATABRICKS_TOKEN: "dapi-of-the-workspace",
      DATABRICKS_HOST: "https://workspace",
      ARM_TENANT_ID: "tenant",
    },
  }))
    vi.stubEnv(name, value);
});
afterEach(() => void vi.unstubAllEnvs());

describe("a command's environment", () => {
  it("leads to the experiment's branch, and to no other database", () => {
    const found = makeEnvironment("api");
    expect(found).toMatchObject({
      ...{ PGHOST: "h.example.com", PGPORT: "5432", PGUSER: "me@example.com", PGDATABASE: "shop" },
      ...{ PGPASSWORD: "pa55/word+1", PGSSLMODE: "require", LAKEBASE_BRANCH: "f1-exp-a" },
      DATABASE_URL: expect.stringMatching(
        /^postgres(ql)?:\/\/me%40example\.com:pa55%2Fword%2B1@h\.example\.com:5432\/shop\?/,
      ),
    });
    for (const name of ["PGHOSTADDR", "PGSERVICE", "LAKEBASE_QUEUE_URL", "GIT_DIR"])
      expect(found).not.toHaveProperty(name);
  });

  it("says what it is for, and has the rest of this process's", () => {
    expect(makeEnvironment("api", {}, [20_001, 20_002, 20_003])).toMatchObject({
      ...{ MAIN_CHECKOUT: "/shop", FEATURE_ID: "F1", EXPERIMENT_SLUG: "exp-a", CYCLE_ID: "C1" },
      ...{ EXPERIMENT_TAG: "api", ARTIFACTS_DIR: "/work/files", SHOP_MODE: "test" },
      ...{ PORT: "20001", PORT_1: "20002", PORT_2: "20003" },
    });
    expect(makeEnvironment("api")).not.toHaveProperty("PORT_1");
  });

  it("has no token of this machine's workspace, and on the emulator nothing of it at all", () => {
    expect(makeEnvironment("api")).not.toHaveProperty("DATABRICKS_TOKEN");
    expect(makeEnvironment("api")).toMatchObject({
      DATABRICKS_HOST: "https://workspace",
      ARM_TENANT_ID: "tenant",
    });
    const local = makeEnvironment("api", { api_host: "http://127.0.0.1:1234" });
    expect(local).toMatchObject({
      DATABRICKS_HOST: "http://127.0.0.1:1234",
      DATABRICKS_TOKEN: "pa55/word+1",
    });
    expect(local).not.toHaveProperty("ARM_TENANT_ID");
  });

  it("keeps runners of suites, and no others, from repeating cached results", () => {
    expect(makeEnvironment("api").GOFLAGS).toBe("-mod=mod -count=1");
    for (const tag of ["setup", "prepare"]) expect(makeEnvironment(tag).GOFLAGS).toBe("-mod=mod");
  });
});

it.each([
  [{}, "-count=1"],
  [{ GOFLAGS: "" }, "-count=1"],
  [{ GOFLAGS: "-race -count=3" }, "-race -count=3"],
  [{ GOFLAGS: "-count=3" }, "-count=3"],
  [{ GOFLAGS: "-tags=no-count=1" }, "-tags=no-count=1 -count=1"],
])("runs Go's tests once more than a cache would, or as often as is set: %j", (inherited, expected) => {
  expect(withFreshResults(inherited, "/work/files")).toMatchObject({
    GOFLAGS: expected,
    TURBO_FORCE: "true",
    NX_SKIP_NX_CACHE: "true",
  });
});

it.each([
  [{}, "/work/files", "-o 'cache_dir=/work/pytest-cache'"],
  [{ PYTEST_ADDOPTS: "-q" }, "/my work/files", "-q -o 'cache_dir=/my work/pytest-cache'"],
  [{}, "/it's/files", `-o 'cache_dir=/it'"'"'s/pytest-cache'`],
])("gives pytest a cache without results, once: %j in %s", (inherited, files, expected) => {
  const once = withFreshResults(inherited, files);
  expect(once.PYTEST_ADDOPTS).toBe(expected);
  expect(withFreshResults(once, files)).toEqual(once);
});

describe("what must not be written to disk", () => {
  const listed = (environment: Record<string, string>) => listSecrets([connection], environment);

  it("are the logins, as passwords and in URLs", () => {
    const secrets = listed({});
    expect(secrets).toHaveLength(2);
    expect(secrets).toContain("pa55/word+1");
    expect(secrets.some((each) => each.includes("pa55%2Fword%2B1@h.example.com"))).toBe(true);
    expect(listSecrets([], {})).toEqual([]);
  });

  it.each([
    ["TEST_DATABASE_URL", "postgres://me:pa55%2Fword%2B1@h/other"],
    ["DSN", "host=h password=pa55/word+1"],
    ["STRIPE_API_KEY", "sk-live-1234"],
    ["GITHUB_TOKEN", "ghp_12345678"],
    ["REDIS", "redis://:another-pa55@cache"],
    ["privateKey", "MC4CAQAwBQYDK2Vw"],
  ])("is the value of %s", (name, value) => {
    expect(listed({ [name]: value })).toContain(value);
  });

  it.each([
    ["SHOP_MODE", "production-like"],
    ["DB_PASSWORD", "postgres"],
    ["API_URL", "https://api.example.com/v1"],
    ["TOKEN", ""],
  ])("is not the value of %s, which is no secret or a common word", (name, value) => {
    expect(listed({ [name]: value })).not.toContain(value);
  });
});
