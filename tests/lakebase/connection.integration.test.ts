import { describe, expect, test } from "vitest";
import { asBranchName } from "../../src/lakebase/branches/branch-id.ts";
import { createBranch } from "../../src/lakebase/branches/create-branch.ts";
import { openBudget } from "../../src/lakebase/cli/budget.ts";
import { connectionUrl, openConnection } from "../../src/lakebase/connection/connection.ts";
import { holdCompute } from "../../src/lakebase/connection/hold-compute.ts";
import { tryLogin } from "../../src/lakebase/connection/login.ts";
import { type Answer, branchJson, endpointJson, fails, fakeCli } from "./fake-cli.ts";
import { fakePostgres } from "./fake-postgres.ts";

const branch = asBranchName("exp-a");
const credential = (token: string) => ({ stdout: { token, expire_time: "2026-08-21T13:00:00Z" } });
const me = { "current-user me": [{ stdout: { userName: "ann@example.com", groups: [] } }] };
const authorizing = { code: "28000", message: "External authorization failed" };

async function script(refusals: { code: string; message: string }[], endpoints?: (host: string) => Answer[]) {
  const postgres = await fakePostgres(refusals);
  const listed = endpoints?.(postgres.host) ?? [{ stdout: [endpointJson("exp-a", postgres.host)] }];
  const answers = {
    ...me,
    "list-endpoints": listed,
    "generate-database-credential": [credential("t1"), credential("t2"), credential("t3")],
  };
  return { postgres, answers };
}

describe("openConnection", () => {
  test("returns a login that worked", async () => {
    const { postgres, answers } = await script([]);
    const { lakebase } = fakeCli(answers);
    const [host, port] = postgres.host.split(":");
    expect(await openConnection(lakebase, branch)).toEqual({
      endpoint: "projects/p/branches/exp-a/endpoints/primary",
      host,
      port: Number(port),
      user: "ann@example.com",
      password: "t1",
      database: "databricks_postgres",
      api_host: null,
      sslmode: "disable",
      expires_at: "2026-08-21T13:00:00Z",
    });
    expect(postgres.passwords).toEqual(["t1"]);
  });

  test("creates a new credential for each use, but looks up the user only once", async () => {
    const { answers } = await script([]);
    const { lakebase, names } = fakeCli(answers);
    await openConnection(lakebase, branch);
    const { password } = await openConnection(lakebase, branch);
    expect(password).toBe("t2");
    expect(names().filter((name) => name === "current-user me")).toHaveLength(1);
  });

  test("retries with a new credential while a fresh branch refuses logins", async () => {
    const { postgres, answers } = await script([
      authorizing,
      { code: "28P01", message: "password authentication failed" },
    ]);
    const { lakebase } = fakeCli(answers);
    expect((await openConnection(lakebase, branch)).password).toBe("t3");
    expect(postgres.passwords).toEqual(["t1", "t2", "t3"]);
  });

  test("asks again who is logged in if a login is refused", async () => {
    const { answers } = await script([{ code: "28P01", message: "password authentication failed" }]);
    const users = ["ann@example.com", "bob@example.com"].map((userName) => ({ stdout: { userName } }));
    const { lakebase } = fakeCli({ ...answers, "current-user me": users });
    expect(await openConnection(lakebase, branch)).toMatchObject({ user: "bob@example.com", password: "t2" });
  });

  test("gives out no login to an emulator whose address the CLI failed to tell", async () => {
    const { answers } = await script([]);
    const described = { stdout: { status: "success", details: { host: "http://127.0.0.1:1" } } };
    const { lakebase } = fakeCli({ ...answers, "auth describe": [{ exit: 1 }, described] });
    await expect(openConnection(lakebase, branch)).rejects.toMatchObject({ code: "lakebase_failed" });
    expect((await openConnection(lakebase, branch)).api_host).toBe("http://127.0.0.1:1");
  });

  test("says once why a login was refused before it retries", async () => {
    const { postgres, answers } = await script([authorizing, authorizing]);
    const { lakebase } = fakeCli(answers);
    const said: [string, number][] = [];
    await openConnection(lakebase, branch, {
      onRefused: (reason) => said.push([reason, postgres.passwords.length]),
    });
    expect(said).toEqual([["External authorization failed", 1]]);
  });

  test("creates a missing endpoint and waits for its host", async () => {
    const { answers } = await script([], (host) => [
      { stdout: [] },
      { stdout: [endpointJson("exp-a")] },
      { stdout: [endpointJson("exp-a", host)] },
    ]);
    const { lakebase, calls } = fakeCli({
      ...answers,
      "create-endpoint": [{ stdout: endpointJson("exp-a") }],
    });
    await openConnection(lakebase, branch);
    const creating = calls().find(({ name }) => name === "create-endpoint");
    expect(creating?.args.slice(2, 6)).toEqual([
      "projects/p/branches/exp-a",
      "primary",
      "--json",
      '{"spec":{"endpoint_type":"ENDPOINT_TYPE_READ_WRITE"}}',
    ]);
  });

  test("uses an endpoint that another call created in the meantime", async () => {
    const { answers } = await script([], (host) => [
      { stdout: [] },
      { stdout: [endpointJson("exp-a", host)] },
    ]);
    const taken = fails("endpoint with such id already exists");
    const { lakebase } = fakeCli({ ...answers, "create-endpoint": [taken] });
    expect((await openConnection(lakebase, branch)).password).toBe("t1");
  });

  test("ignores read-only endpoints", async () => {
    const { answers } = await script([], (host) => {
      const replica = {
        name: "projects/p/branches/exp-a/endpoints/ro",
        status: { endpoint_type: "ENDPOINT_TYPE_READ_ONLY" },
      };
      return [{ stdout: [replica, endpointJson("exp-a", host)] }];
    });
    const { lakebase } = fakeCli(answers);
    expect((await openConnection(lakebase, branch)).sslmode).toBe("disable");
  });
});

describe("openConnection says what is missing", () => {
  // The first pause is longer than all the time there is, whatever its jitter: nothing depends on how fast a look is.
  const limits = { operation_ms: 60_000, pause_ms: 100_000 };

  test("the endpoint", async () => {
    const { answers } = await script([], () => [{ stdout: [] }]);
    const { lakebase } = fakeCli(
      { ...answers, "create-endpoint": [{ stdout: endpointJson("exp-a") }] },
      { limits },
    );
    await expect(openConnection(lakebase, branch)).rejects.toMatchObject({
      code: "endpoint_not_ready",
      retryable: true,
    });
  });

  test("the host", async () => {
    const { answers } = await script([], () => [{ stdout: [endpointJson("exp-a")] }]);
    const { lakebase } = fakeCli(answers, { limits });
    await expect(openConnection(lakebase, branch)).rejects.toMatchObject({
      code: "host_not_ready",
      retryable: true,
    });
  });

  test("the login, with the server's reason and without the credential", async () => {
    const { answers } = await script(Array(50).fill(authorizing));
    const { lakebase } = fakeCli(
      { ...answers, "generate-database-credential": [credential("s3cr3t")] },
      { limits },
    );
    const error = await openConnection(lakebase, branch).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: "login_failed",
      message: expect.stringContaining("External authorization failed"),
    });
    expect(JSON.stringify([error, String(error)])).not.toContain("s3cr3t");
  });

  test("the host, when time runs out while it looks for one", async () => {
    const { answers } = await script([], () => [{ stdout: [endpointJson("exp-a")] }, { hang: true }]);
    const { lakebase } = fakeCli(answers, { limits: { operation_ms: 15_000, pause_ms: 10 } });
    await expect(openConnection(lakebase, branch)).rejects.toMatchObject({ code: "host_not_ready" });
  });

  test("the login, when time runs out while it creates a credential", async () => {
    const { answers } = await script([authorizing]);
    const minting = { "generate-database-credential": [credential("t1"), { hang: true }] };
    const { lakebase } = fakeCli(
      { ...answers, ...minting },
      { limits: { operation_ms: 15_000, pause_ms: 10 } },
    );
    await expect(openConnection(lakebase, branch)).rejects.toMatchObject({
      code: "login_failed",
      message: expect.stringContaining("External authorization failed"),
    });
  });

  test("does not wait for a database that does not exist", async () => {
    const { postgres, answers } = await script([{ code: "3D000", message: "database does not exist" }]);
    const { lakebase } = fakeCli(answers);
    const onRefused = () => expect.unreachable();
    await expect(openConnection(lakebase, branch, { onRefused })).rejects.toMatchObject({
      code: "login_failed",
    });
    expect(postgres.passwords).toHaveLength(1);
  });

  test("says that a disabled endpoint cannot be woken", async () => {
    const disabled = endpointJson("exp-a", "127.0.0.1:1");
    disabled.status.disabled = true;
    const { lakebase } = fakeCli({ ...me, "list-endpoints": [{ stdout: [disabled] }] });
    await expect(openConnection(lakebase, branch)).rejects.toMatchObject({ code: "endpoint_disabled" });
  });

  test.each([
    "the endpoint is disabled",
    "The endpoint has been disabled. Enable it using the API and retry.",
  ])("does not wait for an endpoint that was disabled since it was looked up: %s", async (message) => {
    const { postgres, answers } = await script(Array(50).fill({ code: "57P03", message }));
    const { lakebase } = fakeCli(answers, { limits });
    await expect(openConnection(lakebase, branch)).rejects.toMatchObject({ code: "endpoint_disabled" });
    expect(postgres.passwords).toHaveLength(1);
  });
});

test("creating an experiment takes three CLI processes, including a login that worked", async () => {
  const { answers } = await script([]);
  const { lakebase, names } = fakeCli({ ...answers, "create-branch": [{ stdout: branchJson("exp-a") }] });
  const warmUp = await openConnection(lakebase, branch);
  expect(warmUp.user).toBe("ann@example.com");
  const before = names().length;
  const { branch: cut } = await createBranch(lakebase, { branch: "exp-a", expiry: { ttl: "604800s" } });
  await openConnection(lakebase, cut.branch);
  expect(names().slice(before)).toEqual(["create-branch", "list-endpoints", "generate-database-credential"]);
});

test("lets go of a compute that is no longer reached", async () => {
  const { postgres, answers } = await script([]);
  const { lakebase } = fakeCli(answers);
  const { signal } = new AbortController();
  const held = await holdCompute(lakebase, await openConnection(lakebase, branch), {
    signal,
    onWait: () => {},
  });
  postgres.vanish();
  await expect(held.letGo()).resolves.toBeUndefined();
});

test("sends no password to a server without TLS when TLS is required", async () => {
  const { host, passwords } = await fakePostgres([]);
  const [name = "", port] = host.split(":");
  const endpoint = "projects/p/branches/b/endpoints/primary";
  const user = { user: "ann", password: "t1", api_host: null };
  const login = { endpoint, ...user, database: "databricks_postgres", expires_at: "" };
  const { lakebase } = fakeCli({});
  const refusal = await tryLogin(
    { ...login, host: name, port: Number(port), sslmode: "require" },
    openBudget(lakebase),
  );
  expect(refusal).toMatchObject({ reason: "The server does not support SSL connections", mayPass: false });
  expect(passwords).toEqual([]);
});

test("escapes special characters in the URL", () => {
  const url = connectionUrl({
    api_host: null,
    endpoint: "projects/p/branches/b/endpoints/primary",
    host: "ep-x.database.us-east-1.cloud.databricks.com",
    port: 5432,
    user: "ann@example.com",
    password: "a/b+c=?#@:",
    database: "databricks_postgres",
    sslmode: "require",
    expires_at: "",
  });
  const parsed = new URL(url);
  expect(url).toMatch(
    /^postgresql:\/\/ann%40example\.com:.*@ep-x\..*:5432\/databricks_postgres\?sslmode=require$/,
  );
  expect(decodeURIComponent(parsed.password)).toBe("a/b+c=?#@:");
});
