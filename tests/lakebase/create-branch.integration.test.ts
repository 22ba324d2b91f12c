import { describe, expect, test } from "vitest";
import { createBranch } from "../../src/lakebase/branches/create-branch.ts";
import { type Answer, branchJson, fails, fakeCli, productionJson } from "./fake-cli.ts";

const ttl = { ttl: "604800s" };
const exists = fails("branch with such id already exists");

describe("createBranch", () => {
  test("takes one process, which gives the parent, the expiry and a time limit", async () => {
    const { lakebase, calls } = fakeCli({ "create-branch": [{ stdout: branchJson("exp-a") }] });
    const { branch, created } = await createBranch(lakebase, {
      branch: "exp-a",
      parentBranch: "base",
      expiry: ttl,
    });
    expect(created).toBe(true);
    expect(branch).toEqual({
      branch: "exp-a",
      uid: "br-broad-sky-d2k5gewt",
      parent_branch: "production",
      state: "READY",
      create_time: expect.any(String),
      expire_time: null,
      default: false,
      protected: false,
    });
    expect(calls().map(({ args }) => args)).toEqual([
      [
        ...["postgres", "create-branch", "projects/p", "exp-a"],
        ...["--json", '{"spec":{"source_branch":"projects/p/branches/base","ttl":"604800s"}}'],
        ...["--timeout", "120s", "-o", "json"],
      ],
    ]);
  });

  test("uses the default branch when no parent is given", async () => {
    const { lakebase, calls } = fakeCli({ "create-branch": [{ stdout: branchJson("exp-a") }] });
    await createBranch(lakebase, { branch: "exp-a", expiry: { no_expiry: true } });
    expect(calls()[0]?.args).toContain('{"spec":{"no_expiry":true}}');
  });

  test("returns an existing branch with the same parent", async () => {
    const { lakebase } = fakeCli({
      "create-branch": [exists],
      "list-branches": [{ stdout: [productionJson, branchJson("exp-a")] }],
    });
    const { branch, created, expiry } = await createBranch(lakebase, { branch: "exp-a", expiry: ttl });
    expect({ name: branch.branch, created, expiry }).toEqual({ name: "exp-a", created: false, expiry: null });
  });
});

describe("createBranch with an existing branch of that name", () => {
  const there = (status = {}) => ({
    "create-branch": [exists, { stdout: branchJson("exp-a") }],
    "list-branches": [{ stdout: [productionJson, branchJson("base"), branchJson("exp-a", status)] }],
    "delete-branch": [{}],
  });

  test("refuses another parent, and names both", async () => {
    const { lakebase } = fakeCli(there());
    const creating = createBranch(lakebase, { branch: "exp-a", parentBranch: "base", expiry: ttl });
    await expect(creating).rejects.toMatchObject({
      code: "branch_conflict",
      message: "Branch exp-a already exists, forked from production instead of base. [TraceId: 4f0c2a9e1b]",
    });
  });

  test("refuses an existing branch if asked to, unless an earlier attempt of ours created it", async () => {
    const input = { branch: "exp-a", expiry: ttl, existing: "refuse" as const };
    await expect(createBranch(fakeCli(there()).lakebase, input)).rejects.toMatchObject({
      code: "branch_conflict",
    });
    const isOurs = (found: { uid: string | null }) => found.uid === "br-broad-sky-d2k5gewt";
    expect(await createBranch(fakeCli(there()).lakebase, { ...input, isOurs })).toMatchObject({
      created: true,
      branch: { uid: "br-broad-sky-d2k5gewt" },
    });
  });

  test("keeps the branch if it is not the one to be replaced", async () => {
    const { lakebase, names } = fakeCli(there());
    const existing = { replace: { owned: true, uid: "br-old-sea-a1b2c3d4" } };
    const creating = createBranch(lakebase, { branch: "exp-a", expiry: ttl, existing });
    await expect(creating).rejects.toMatchObject({ code: "not_our_branch" });
    expect(names()).toEqual(["list-branches"]);
  });

  test("replaces a branch by deleting it and creating it again", async () => {
    const script = { ...there(), "create-branch": [{ stdout: branchJson("exp-a") }] };
    const { lakebase, names } = fakeCli(script);
    const input = { branch: "exp-a", expiry: ttl, existing: { replace: { owned: true } } };
    expect(await createBranch(lakebase, input)).toMatchObject({ created: true, expiry: ttl });
    expect(names()).toEqual(["list-branches", "delete-branch", "create-branch"]);
  });

  test.each([
    ["not ours", { replace: { owned: false } }, {}, "production", "not_our_branch"],
    ["protected", { replace: { owned: true } }, { is_protected: true }, "production", "protected_branch"],
    ["the default", { replace: { owned: true } }, { default: true }, "production", "default_branch"],
    ["to be forked from a branch that is gone", { replace: { owned: true } }, {}, "gone", "parent_not_found"],
    ["to be forked from itself", { replace: { owned: true } }, {}, "exp-a", "invalid_parent"],
  ])("keeps a branch that is %s", async (_why, existing, status, parentBranch, code) => {
    const { lakebase, names } = fakeCli(there(status));
    const creating = createBranch(lakebase, { branch: "exp-a", parentBranch, expiry: ttl, existing });
    await expect(creating).rejects.toMatchObject({ code });
    expect(names()).not.toContain("delete-branch");
  });

  test("creates a deleted branch again while it is still listed", async () => {
    const { lakebase } = fakeCli(there({ current_state: "DELETED" }));
    expect(await createBranch(lakebase, { branch: "exp-a", expiry: ttl })).toMatchObject({
      created: true,
      retries: 1,
    });
  });
});

describe("createBranch after a failure", () => {
  const landed = { stdout: [productionJson, branchJson("exp-a")] };
  const nothing = { stdout: [productionJson] };
  const failures: [string, Answer][] = [
    ["with a timeout of the CLI", fails("context deadline exceeded")],
    ["without a message", { exit: 1 }],
    ["because Lakebase was busy", fails("Service Unavailable")],
    ["in Lakebase's operation", fails("operation failed: [INTERNAL] try later")],
    ["with unreadable output", { stdout: "<html>" }],
  ];

  test.each(failures)("uses the new branch although the create failed %s", async (_how, failure) => {
    const { lakebase, names } = fakeCli({ "create-branch": [failure], "list-branches": [landed] });
    const { created, expiry } = await createBranch(lakebase, { branch: "exp-a", expiry: ttl });
    expect({ created, expiry }).toEqual({ created: true, expiry: ttl });
    expect(names()).toEqual(["create-branch", "list-branches"]);
  });

  test.each(["refuse", "reuse"] as const)(
    "does not take an older branch for the new one: %s",
    async (existing) => {
      const old = { ...branchJson("exp-a"), create_time: "2026-08-21T12:00:00Z" };
      const { lakebase } = fakeCli({
        "create-branch": [fails("Service Unavailable")],
        "list-branches": [{ stdout: [productionJson, old] }],
      });
      const creating = createBranch(lakebase, { branch: "exp-a", expiry: ttl, existing });
      if (existing === "refuse") await expect(creating).rejects.toMatchObject({ code: "branch_conflict" });
      else expect(await creating).toMatchObject({ created: false, expiry: null });
    },
  );

  test("uses a branch that appears late, when the next attempt finds it", async () => {
    const { lakebase } = fakeCli({
      "create-branch": [fails("Service Unavailable"), exists],
      "list-branches": [nothing, landed],
    });
    const input = { branch: "exp-a", expiry: ttl, existing: "refuse" as const };
    expect(await createBranch(lakebase, input)).toMatchObject({ created: true, retries: 1 });
  });

  test("does not use a branch with another parent", async () => {
    const { lakebase } = fakeCli({ "create-branch": [{ exit: 1 }], "list-branches": [landed] });
    const creating = createBranch(lakebase, { branch: "exp-a", parentBranch: "base", expiry: ttl });
    await expect(creating).rejects.toMatchObject({ code: "branch_conflict" });
  });

  test("waits for a branch that is still being created", async () => {
    const { lakebase } = fakeCli({
      "create-branch": [{ exit: 1 }],
      "list-branches": [{ stdout: [productionJson, branchJson("exp-a", { current_state: "INIT" })] }],
      "get-branch": [
        { stdout: branchJson("exp-a", { current_state: "INIT" }) },
        { stdout: branchJson("exp-a") },
      ],
    });
    expect((await createBranch(lakebase, { branch: "exp-a", expiry: ttl })).branch.state).toBe("READY");
  });

  test("retries a transient failure without a branch, and counts the retries", async () => {
    const { lakebase } = fakeCli({
      "create-branch": [
        fails("Service Unavailable"),
        fails("Too Many Requests"),
        { stdout: branchJson("exp-a") },
      ],
      "list-branches": [nothing],
    });
    expect(await createBranch(lakebase, { branch: "exp-a", expiry: ttl })).toMatchObject({
      created: true,
      retries: 2,
    });
  });

  test("neither retries nor looks for a branch after a permanent failure", async () => {
    const { lakebase, names } = fakeCli({ "create-branch": [fails("branches limit exceeded")] });
    const creating = createBranch(lakebase, { branch: "exp-a", expiry: ttl });
    await expect(creating).rejects.toMatchObject({ code: "quota_exceeded", retryable: false });
    expect(names()).toEqual(["create-branch"]);
  });

  test("gives the CLI's message when every retry fails", async () => {
    const { lakebase } = fakeCli({
      "create-branch": [fails("Service Unavailable")],
      "list-branches": [nothing],
    });
    const creating = createBranch(lakebase, { branch: "exp-a", expiry: ttl });
    await expect(creating).rejects.toMatchObject({ code: "unavailable", retryable: true });
  });

  test("does not exceed its time budget", async () => {
    const { lakebase, names } = fakeCli(
      { "create-branch": [fails("Service Unavailable")], "list-branches": [nothing] },
      // Above the budget whatever the jitter: the shortest first pause is 75 s.
      { limits: { pause_ms: 100_000, operation_ms: 50_000 } },
    );
    await expect(createBranch(lakebase, { branch: "exp-a", expiry: ttl })).rejects.toMatchObject({
      code: "unavailable",
    });
    expect(names()).toEqual(["create-branch", "list-branches"]);
  });
});
