import { describe, expect, test } from "vitest";
import { createBranch } from "../../src/lakebase/branches/create-branch.ts";
import { deleteBranch } from "../../src/lakebase/branches/delete-branch.ts";
import { branchJson, fails, fakeCli, productionJson } from "./fake-cli.ts";

const ttl = { ttl: "604800s" };
const exists = fails("branch with such id already exists");

describe("expiry", () => {
  const tooLong = fails("expiration time exceeds the maximum expiration time");

  test("fails by default if it is beyond the workspace's limit", async () => {
    const { lakebase, names } = fakeCli({ "create-branch": [tooLong] });
    const creating = createBranch(lakebase, { branch: "exp-a", expiry: { ttl: "9999999s" } });
    await expect(creating).rejects.toMatchObject({ code: "ttl_too_long", attemptedTtl: "9999999s" });
    expect(names()).toEqual(["create-branch"]);
  });

  test("is shortened if that is allowed, and the answer gives the shorter one", async () => {
    const { lakebase } = fakeCli({ "create-branch": [tooLong, tooLong, { stdout: branchJson("exp-a") }] });
    const input = {
      branch: "exp-a",
      expiry: { ttl: "9999999s" },
      shorterTtls: ["604800s", "86400s", "3600s"],
    };
    expect((await createBranch(lakebase, input)).expiry).toEqual({ ttl: "86400s" });
  });

  test.each([
    { ttl: "720h" },
    { ttl: "0s" },
    { expire_time: "tomorrow" },
    { ttl: "60s", expire_time: "2026-01-01T00:00:00Z" },
  ])("is refused before any process starts: %j", async (expiry) => {
    const { lakebase, names } = fakeCli({});
    await expect(createBranch(lakebase, { branch: "exp-a", expiry })).rejects.toMatchObject({
      code: "invalid_expiry",
    });
    expect(names()).toEqual([]);
  });
});

describe("parent", () => {
  const missing = fails("branch id not found");

  test("is named in the error when it does not exist", async () => {
    const { lakebase } = fakeCli({ "create-branch": [missing] });
    const creating = createBranch(lakebase, { branch: "exp-a", parentBranch: "base", expiry: ttl });
    await expect(creating).rejects.toMatchObject({
      code: "parent_not_found",
      message: expect.stringContaining("base"),
    });
  });

  test("is replaced by the default branch if it does not exist and that is allowed", async () => {
    const { lakebase, calls } = fakeCli({ "create-branch": [missing, { stdout: branchJson("exp-a") }] });
    const input = {
      branch: "exp-a",
      parentBranch: "base",
      expiry: ttl,
      missingParent: "use_default" as const,
    };
    expect((await createBranch(lakebase, input)).created).toBe(true);
    expect(calls()[1]?.args).toContain('{"spec":{"ttl":"604800s"}}');
  });

  test("is refused with the reason if it expires", async () => {
    const { lakebase } = fakeCli({
      "create-branch": [fails("Branches with an expiration date cannot have child branches")],
    });
    const creating = createBranch(lakebase, { branch: "exp-a", parentBranch: "base", expiry: ttl });
    await expect(creating).rejects.toMatchObject({
      code: "parent_expires",
      hint: expect.stringContaining("no_expiry"),
    });
  });
});

describe("a uid", () => {
  const uid = "br-broad-sky-d2k5gewt";
  const parent = { ...branchJson("base"), uid: "br-calm-hill-abcdefgh" };

  test("can name an existing branch", async () => {
    const { lakebase, calls } = fakeCli({
      "list-branches": [{ stdout: [productionJson, parent] }],
      "create-branch": [exists],
    });
    expect(await createBranch(lakebase, { branch: "br-calm-hill-abcdefgh", expiry: ttl })).toMatchObject({
      created: false,
      branch: { branch: "base" },
    });
    expect(calls()[1]?.args).toContain("base");
  });

  test("can name a parent", async () => {
    const { lakebase, calls } = fakeCli({
      "list-branches": [{ stdout: [productionJson, parent] }],
      "create-branch": [{ stdout: branchJson("exp-a") }],
    });
    await createBranch(lakebase, { branch: "exp-a", parentBranch: "br-calm-hill-abcdefgh", expiry: ttl });
    expect(calls().at(-1)?.args).toContain(
      '{"spec":{"source_branch":"projects/p/branches/base","ttl":"604800s"}}',
    );
  });

  test("never becomes a new branch's name", async () => {
    const { lakebase, names } = fakeCli({ "list-branches": [{ stdout: [parent] }] });
    const refused = { code: "invalid_branch_name", message: expect.stringContaining("uid") };
    await expect(createBranch(lakebase, { branch: uid, expiry: ttl })).rejects.toMatchObject(refused);
    const fork = { branch: "a", parentBranch: uid, expiry: ttl };
    await expect(createBranch(lakebase, fork)).rejects.toMatchObject(refused);
    await expect(deleteBranch(lakebase, uid, { owned: true })).rejects.toMatchObject({
      code: "invalid_branch_name",
    });
    expect(names().filter((name) => name !== "list-branches")).toEqual([]);
  });

  test("does not keep a new name from starting with br-", async () => {
    const { lakebase } = fakeCli({
      "list-branches": [{ stdout: [productionJson] }],
      "create-branch": [{ stdout: branchJson("br-fix-login") }],
    });
    expect(await createBranch(lakebase, { branch: "br-fix-login", expiry: ttl })).toMatchObject({
      created: true,
      branch: { branch: "br-fix-login" },
    });
  });
});
