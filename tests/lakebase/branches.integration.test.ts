import { describe, expect, test } from "vitest";
import { asBranchName } from "../../src/lakebase/branches/branch-id.ts";
import {
  findDefaultBranchName,
  getBranch,
  getDefaultBranchId,
  getDefaultBranchName,
  listBranches,
} from "../../src/lakebase/branches/branches.ts";
import { deleteBranch } from "../../src/lakebase/branches/delete-branch.ts";
import { renewBranch } from "../../src/lakebase/branches/renew-branch.ts";
import { branchJson, fails, fakeCli, productionJson } from "./fake-cli.ts";

describe("listing", () => {
  test("keeps every branch, whatever its name and whichever fields are missing", async () => {
    const { lakebase } = fakeCli({
      "list-branches": [
        {
          stdout: [
            { name: "projects/p/branches/production", is_default: true },
            branchJson("br-fix-login"),
            { ...branchJson("br-broad-sky-d2k5gewt"), branch_id: undefined },
            { name: "projects/p/branches/bare", status: { is_protected: true, current_state: "NEW_STATE" } },
          ],
        },
      ],
    });
    const branches = await listBranches(lakebase);
    expect(branches.map(({ branch }) => branch)).toEqual([
      "production",
      "br-fix-login",
      "br-broad-sky-d2k5gewt",
      "bare",
    ]);
    expect(findDefaultBranchName(branches)).toBe("production");
    expect(branches[3]).toEqual({
      branch: "bare",
      uid: null,
      parent_branch: null,
      state: "NEW_STATE",
      create_time: null,
      expire_time: null,
      default: false,
      protected: true,
    });
  });

  test("skips only branches without a name, and ignores only unreadable fields", async () => {
    const { lakebase } = fakeCli({
      "list-branches": [
        {
          stdout: [
            { uid: "br-late-moon-q1w2e3r4", status: {} },
            null,
            { ...branchJson("named-by-its-id"), name: null },
            { ...branchJson("odd"), uid: null, status: { expire_time: 7, default: "x", is_protected: "x" } },
            { ...branchJson("bare"), status: null },
          ],
        },
      ],
    });
    expect(await listBranches(lakebase)).toMatchObject([
      { branch: "named-by-its-id", uid: "br-broad-sky-d2k5gewt" },
      { branch: "odd", uid: null, expire_time: null, default: false, protected: true },
      { branch: "bare", state: "UNKNOWN" },
    ]);
  });

  test("fails if no branch has a name", async () => {
    const { lakebase } = fakeCli({ "list-branches": [{ stdout: [{ id: 1 }, { id: 2 }] }] });
    await expect(listBranches(lakebase)).rejects.toMatchObject({ code: "unreadable_output" });
  });

  test("accepts an empty list", async () => {
    const { lakebase } = fakeCli({ "list-branches": [{ stdout: "[\n  \n]" }] });
    expect(await listBranches(lakebase)).toEqual([]);
    await expect(getDefaultBranchName(lakebase)).rejects.toMatchObject({ code: "no_default_branch" });
  });

  test("fails if the CLI stopped halfway, even if stdout has a part", async () => {
    const { lakebase } = fakeCli({
      "list-branches": [
        { stdout: `[\n${JSON.stringify(productionJson)},`, ...fails("project id not found") },
      ],
    });
    await expect(listBranches(lakebase)).rejects.toMatchObject({ code: "project_not_found" });
  });

  test("gives the default branch's name under both function names", async () => {
    const { lakebase } = fakeCli({ "list-branches": [{ stdout: [branchJson("a"), productionJson] }] });
    expect(await getDefaultBranchName(lakebase)).toBe("production");
    expect(await getDefaultBranchId(lakebase)).toBe("production");
  });

  test("retries after a transient failure", async () => {
    const { lakebase } = fakeCli({ "get-branch": [fails("Bad Gateway"), { stdout: branchJson("a") }] });
    expect((await getBranch(lakebase, "a")).branch).toBe("a");
  });
});

describe("deleteBranch", () => {
  const branches = [
    productionJson,
    branchJson("kept", { is_protected: true }),
    branchJson("base"),
    branchJson("exp-a", { source_branch: "projects/p/branches/base" }),
    branchJson("root", { source_branch: undefined }),
  ];
  const script = { "list-branches": [{ stdout: branches }], "delete-branch": [{}] };

  test("deletes with two processes", async () => {
    const { lakebase, calls } = fakeCli(script);
    expect(await deleteBranch(lakebase, "exp-a", { owned: true })).toEqual({ deleted: true, retries: 0 });
    expect(calls().map(({ name }) => name)).toEqual(["list-branches", "delete-branch"]);
    expect(calls()[1]?.args).not.toContain("--purge");
  });

  test("is idempotent", async () => {
    const { lakebase } = fakeCli(script);
    expect(await deleteBranch(lakebase, "gone", { owned: true })).toEqual({ deleted: false, retries: 0 });
  });

  test("counts a branch that is gone after a failed attempt as deleted", async () => {
    const { lakebase } = fakeCli({
      ...script,
      "delete-branch": [fails("Service Unavailable"), fails("branch id not found")],
    });
    expect(await deleteBranch(lakebase, "exp-a", { owned: true })).toEqual({ deleted: true, retries: 1 });
  });

  test.each([
    ["production", "default_branch"],
    ["kept", "protected_branch"],
    ["base", "has_children"],
    ["root", "root_branch"],
  ])("never deletes %s, even with force", async (branch, code) => {
    const { lakebase, names } = fakeCli(script);
    await expect(deleteBranch(lakebase, branch, { owned: true, force: true })).rejects.toMatchObject({
      code,
    });
    expect(names()).not.toContain("delete-branch");
  });

  test("keeps a branch that was created again under the same name", async () => {
    const { lakebase, names } = fakeCli(script);
    const ours = { owned: true, uid: "br-old-sea-a1b2c3d4" };
    await expect(deleteBranch(lakebase, "exp-a", ours)).rejects.toMatchObject({
      code: "not_our_branch",
      message: expect.stringMatching(/br-broad-sky-d2k5gewt.*br-old-sea-a1b2c3d4/),
    });
    expect(names()).not.toContain("delete-branch");
    const same = { owned: true, uid: "br-broad-sky-d2k5gewt" };
    expect(await deleteBranch(lakebase, "exp-a", same)).toMatchObject({ deleted: true });
  });

  test("deletes a branch that is not ours only with force", async () => {
    const { lakebase, names } = fakeCli(script);
    await expect(deleteBranch(lakebase, "exp-a", { owned: false })).rejects.toMatchObject({
      code: "not_our_branch",
    });
    expect(names()).toEqual([]);
    expect(await deleteBranch(lakebase, "exp-a", { owned: false, force: true })).toMatchObject({
      deleted: true,
    });
  });
});

describe("a text that looks like a uid", () => {
  const named = { ...branchJson("br-broad-sky-d2k5gewt"), uid: "br-late-moon-q1w2e3r4" };
  const script = {
    "list-branches": [
      { stdout: [productionJson, named, { ...branchJson("exp-a"), uid: "br-calm-hill-abcdefgh" }] },
    ],
  };

  test.each([
    ["br-calm-hill-abcdefgh", "exp-a"],
    ["br-late-moon-q1w2e3r4", "br-broad-sky-d2k5gewt"],
    // Both the name of one branch and the uid of another: names come first.
    ["br-broad-sky-d2k5gewt", "br-broad-sky-d2k5gewt"],
  ])("%s is looked up first by name, then by uid: %s", async (text, name) => {
    const { lakebase } = fakeCli(script);
    expect((await getBranch(lakebase, text)).branch).toBe(name);
  });

  test.each(["br-cold-dawn-z9y8x7w6", "br-fix-login"])("%s is not found when it is neither", async (text) => {
    const { lakebase } = fakeCli(script);
    await expect(getBranch(lakebase, text)).rejects.toMatchObject({ code: "branch_not_found" });
  });
});

test("renewBranch sets the expiry with the field mask that Lakebase documents", async () => {
  const { lakebase, calls } = fakeCli({ "update-branch": [{ stdout: branchJson("exp-a") }] });
  const before = Date.now();
  await renewBranch(lakebase, asBranchName("exp-a"), { ttl: "3600s" });
  const [, , path, mask, , body = ""] = calls()[0]?.args ?? [];
  expect([path, mask]).toEqual(["projects/p/branches/exp-a", "spec.expiration"]);
  const { spec } = JSON.parse(body);
  expect(Date.parse(spec.expire_time)).toBeGreaterThanOrEqual(before + 3_600_000);
  expect(Date.parse(spec.expire_time)).toBeLessThanOrEqual(Date.now() + 3_600_000);
});
