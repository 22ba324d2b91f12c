import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { afterAll, describe, expect, test } from "vitest";
import { asBranchName, type BranchName, toBranchName } from "../../src/lakebase/branches/branch-id.ts";
import { getBranch, getDefaultBranchName, listBranches } from "../../src/lakebase/branches/branches.ts";
import { type CreateBranchInput, createBranch } from "../../src/lakebase/branches/create-branch.ts";
import { deleteBranch } from "../../src/lakebase/branches/delete-branch.ts";
import { renewBranch } from "../../src/lakebase/branches/renew-branch.ts";
import { isTtlTooLongError } from "../../src/lakebase/cli/errors.ts";
import type { Connection } from "../../src/lakebase/connection/client.ts";
import { connectionUrl, openConnection } from "../../src/lakebase/connection/connection.ts";
import { getProject } from "../../src/lakebase/projects.ts";
import { missingTarget, openTarget } from "./target.ts";

const missing = missingTarget(process.env);
if (missing !== null) process.stderr.write(`Live tests skipped: ${missing}\n`);

describe.skipIf(missing !== null)("Lakebase", () => {
  const lakebase = openTarget(process.env);
  const suffix = randomBytes(4).toString("hex");
  const made: BranchName[] = [];
  const hour = { ttl: "3600s" };

  /** A branch of this run, which goes when the run ends. */
  const cut = async (stem: string, input: Omit<CreateBranchInput, "branch">) => {
    const branch = toBranchName("live", `${stem}-${suffix}`);
    const outcome = await createBranch(lakebase, { branch, ...input });
    if (outcome.created) made.push(branch);
    return outcome;
  };

  afterAll(async () => {
    // Children first.
    for (const branch of made.reverse()) await deleteBranch(lakebase, branch, { owned: true });
  }, 600_000);

  test("the project has a default branch, which the list marks", async () => {
    const project = await getProject(lakebase);
    expect(project.default_branch).toBe(process.env.LAKEBASE_TEST_DEFAULT_BRANCH);
    expect(await getDefaultBranchName(lakebase)).toBe(project.default_branch);
  });

  test("a branch is created once, found, listed and renewed, then deleted once", async () => {
    const parent = await getDefaultBranchName(lakebase);
    const { branch, created, warnings } = await cut("one", { expiry: hour });
    expect({ created, warnings, parent: branch.parent_branch }).toEqual({
      created: true,
      warnings: [],
      parent,
    });
    expect(branch).toMatchObject({ default: false, protected: false, uid: expect.stringMatching(/^br-/) });
    expect(branch.expire_time).not.toBeNull();

    const again = await cut("one", { expiry: hour });
    expect(again).toMatchObject({ created: false, branch: { uid: branch.uid } });
    expect(await getBranch(lakebase, branch.branch)).toMatchObject({
      branch: branch.branch,
      uid: branch.uid,
    });
    expect((await listBranches(lakebase)).map((listed) => listed.uid)).toContain(branch.uid);

    const renewed = await renewBranch(lakebase, branch.branch, { ttl: "7200s" });
    expect(Date.parse(renewed.expire_time ?? "")).toBeGreaterThan(Date.parse(branch.expire_time ?? ""));

    expect(await deleteBranch(lakebase, branch.branch, { owned: true })).toMatchObject({ deleted: true });
    expect(await deleteBranch(lakebase, branch.branch, { owned: true })).toMatchObject({ deleted: false });
    await expect(getBranch(lakebase, branch.branch)).rejects.toMatchObject({ code: "branch_not_found" });
  });

  test("a child starts with its parent's data, and then both diverge", async () => {
    const parent = await cut("parent", { expiry: { no_expiry: true } });
    const parentLogin = await openConnection(lakebase, parent.branch.branch);
    await query(parentLogin, "create table orders (id int); insert into orders values (1), (2)");
    const child = await cut("child", { parentBranch: parent.branch.branch, expiry: hour });
    expect(child.branch.parent_branch).toBe(parent.branch.branch);
    const childLogin = await openConnection(lakebase, child.branch.branch);
    expect(childLogin.host === parentLogin.host && childLogin.port === parentLogin.port).toBe(false);
    await query(childLogin, "insert into orders values (3)");
    expect(await query(childLogin, "select count(*)::int as n from orders")).toEqual([{ n: 3 }]);
    expect(await query(parentLogin, "select count(*)::int as n from orders")).toEqual([{ n: 2 }]);

    const deleting = deleteBranch(lakebase, parent.branch.branch, { owned: true });
    await expect(deleting).rejects.toMatchObject({ code: "has_children" });
  });

  test("a login works through its URL, and its credential expires", async () => {
    const { branch } = await cut("login", { expiry: hour });
    const login = await openConnection(lakebase, branch.branch);
    expect(Date.parse(login.expires_at)).toBeGreaterThan(Date.now());
    const url =
      login.sslmode === "disable"
        ? connectionUrl(login)
        : connectionUrl(login).replace("require", "verify-full");
    const client = new Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query("select current_user as who, current_database() as db");
    await client.end();
    expect(rows).toEqual([{ who: login.user, db: login.database }]);
  });

  test("a branch that expires cannot have children, and the error says so", async () => {
    const { branch } = await cut("expiring", { expiry: hour });
    const forking = cut("orphan", { parentBranch: branch.branch, expiry: hour });
    await expect(forking).rejects.toMatchObject({
      code: "parent_expires",
      raw: expect.stringContaining("Error: "),
    });
  });

  test("a name that a branch of another parent has is a conflict", async () => {
    const base = await cut("base", { expiry: { no_expiry: true } });
    await cut("taken", { expiry: hour });
    const forking = cut("taken", { parentBranch: base.branch.branch, expiry: hour });
    await expect(forking).rejects.toMatchObject({ code: "branch_conflict" });
  });

  test("a branch can be replaced by a fresh one with its name", async () => {
    const { branch } = await cut("fresh", { expiry: hour });
    await query(await openConnection(lakebase, branch.branch), "create table leftover (id int)");
    const replaced = await createBranch(lakebase, {
      ...{ branch: branch.branch, expiry: hour },
      existing: { replace: { owned: true } },
    });
    expect(replaced.created).toBe(true);
    expect(replaced.branch.uid).not.toBe(branch.uid);
    const login = await openConnection(lakebase, branch.branch);
    expect(await query(login, "select to_regclass('leftover') as found")).toEqual([{ found: null }]);
  });

  test("a lifetime of a year exceeds every limit", async () => {
    const error = await cut("year", { expiry: { ttl: "31536000s" } }).catch((thrown: unknown) => thrown);
    expect(isTtlTooLongError(error) && error.attemptedTtl).toBe("31536000s");
    const shorter = await cut("year", { expiry: { ttl: "31536000s" }, shorterTtls: ["3600s"] });
    expect(shorter.expiry).toEqual({ ttl: "3600s" });
  });

  test("a missing resource is named", async () => {
    const nowhere = asBranchName(`live-nowhere-${suffix}`);
    await expect(getBranch(lakebase, nowhere)).rejects.toMatchObject({ code: "branch_not_found" });
    const forking = cut("lost", { parentBranch: nowhere, expiry: hour });
    await expect(forking).rejects.toMatchObject({ code: "parent_not_found" });
    const elsewhere = { ...lakebase, settings: { ...lakebase.settings, project: `nowhere-${suffix}` } };
    await expect(listBranches(elsewhere)).rejects.toMatchObject({ code: "project_not_found" });
  });

  test("the default branch cannot be deleted", async () => {
    const name = await getDefaultBranchName(lakebase);
    const deleting = deleteBranch(lakebase, name, { owned: true, force: true });
    await expect(deleting).rejects.toMatchObject({ code: "default_branch" });
  });
});

async function query(login: Connection, sql: string): Promise<unknown[]> {
  const { sslmode, expires_at, ...options } = login;
  const client = new Client({ ...options, ssl: sslmode === "require" });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
