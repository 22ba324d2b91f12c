import { describe, expect, test } from "vitest";
import { createBranch } from "../../src/lakebase/create-branch.ts";
import { branchJson, fails, fakeCli, productionJson } from "./fake-cli.ts";

const ttl = { ttl: "604800s" };
const exists = fails("branch with such id already exists");

describe("createBranch", () => {
  test("takes one process, which states the parent, the expiry and a time limit", async () => {
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

  test("takes the default branch where no parent is named", async () => {
    const { lakebase, calls } = fakeCli({ "create-branch": [{ stdout: branchJson("exp-a") }] });
    await createBranch(lakebase, { branch: "exp-a", expiry: { no_expiry: true } });
    expect(calls()[0]?.args).toContain('{"spec":{"no_expiry":true}}');
  });

  test("gives the branch that is there, when its parent is the same", async () => {
    const { lakebase } = fakeCli({
      "create-branch": [exists],
      "list-branches": [{ stdout: [productionJson, branchJson("exp-a")] }],
    });
    const { branch, created, expiry } = await createBranch(lakebase, { branch: "exp-a", expiry: ttl });
    expect({ name: branch.branch, created, expiry }).toEqual({ name: "exp-a", created: false, expiry: null });
  });
});
