import { expect, test } from "vitest";
import { KnownLogins } from "../../src/lakebase/connection/known-logins.ts";
import { branchResource } from "../../src/lakebase/resources.ts";
import { type Answer, branchJson, endpointJson, fakeCli } from "./fake-cli.ts";

const branch = branchResource.parse(branchJson("exp-a"));
const uid = branch.uid ?? "";

/** What a process knows of a branch whose CLI gives these answers. The host does not exist. */
function prepare({
  endpoints = [endpointJson("exp-a", "ep-calm-lake.example.com")],
  lifeMs = 3_600_000,
  branches = [branchJson("exp-a")],
} = {}) {
  const expire_time = new Date(Date.now() + lifeMs).toISOString();
  const credential: Answer = { stdout: { token: "t1", expire_time } };
  const { lakebase, names } = fakeCli({
    "current-user me": [{ stdout: { userName: "ann@example.com" } }],
    "list-endpoints": [{ stdout: endpoints }],
    "list-branches": [{ stdout: branches }],
    "generate-database-credential": [credential],
  });
  return { logins: new KnownLogins(lakebase), names };
}

test("requests a login without trying it, which would wake the compute", async () => {
  const { logins } = prepare();
  logins.request(branch);
  expect(logins.has(uid)).toBe(true);
  expect(await logins.find(uid)).toMatchObject({
    branch: { branch: "exp-a" },
    login: { host: "ep-calm-lake.example.com", user: "ann@example.com", password: "t1" },
  });
});

test("leaves a missing endpoint to whoever checks the branch, and forgets the request", async () => {
  const { logins, names } = prepare({ endpoints: [] });
  logins.request(branch);
  expect(await logins.find(uid)).toBeUndefined();
  await expect.poll(() => logins.has(uid)).toBe(false);
  expect(names()).toEqual(["list-endpoints"]);
});

test("knows no login where a different branch has the name by now", async () => {
  const { logins } = prepare({ branches: [{ ...branchJson("exp-a"), uid: "br-old-sea-a1b2c3d4" }] });
  logins.request(branch);
  expect(await logins.find(uid)).toBeUndefined();
});

test("forgets a login when it expires, but not one that has replaced it", async () => {
  const { logins } = prepare({ lifeMs: 1_000 });
  logins.request(branch);
  const known = await logins.find(uid);
  if (known === undefined) throw new Error("no login");
  const other = {
    ...branch,
    uid: branchResource.parse({ ...branchJson("exp-b"), uid: "br-old-sea-a1b2c3d4" }).uid,
  };
  const renewed = { ...known.login, expires_at: new Date(Date.now() + 3_600_000).toISOString() };
  logins.keep({ branch: other, login: known.login });
  logins.keep({ branch: other, login: renewed });
  await expect.poll(() => logins.has(uid), { timeout: 10_000 }).toBe(false);
  expect((await logins.find(other.uid ?? ""))?.login).toEqual(renewed);
});
