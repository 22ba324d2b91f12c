import { expect, test } from "vitest";
import { readBranchRecord, writeBranchRecord } from "../../../../src/experiments/branches/branch-record.ts";
import { getExperiment, recordExperiment } from "../../../../src/experiments/experiments.ts";
import { asBranchName } from "../../../../src/lakebase/branches/branch-id.ts";
import { type KnownLogin, knownLoginSchema } from "../../../../src/lakebase/connection/known-login.ts";
import { branchListing, branchResource } from "../../../../src/lakebase/resources.ts";
import { reachBranch } from "../../../../src/runs/cycle/branch/reach-branch.ts";
import { branchJson, endpointJson, fails, fakeCli, type Script } from "../../../lakebase/fake-cli.ts";
import { fakePostgres } from "../../../lakebase/fake-postgres.ts";
import { temporaryFolder } from "../../../support/machine/temporary.ts";

const uid = "br-broad-sky-d2k5gewt";
const otherUid = "br-old-sea-a1b2c3d4";
const name = "projects/p/branches/exp-a/endpoints/primary";
const expire_time = new Date(Date.now() + 3_600_000).toISOString();
const first = ["list-endpoints", "get-branch", "generate-database-credential"];

/** An experiment whose branch was cut with `uid`, and where it was reached before. */
async function prepare({
  known,
  passed,
  listed = [branchJson("exp-a")],
  answers = {},
}: {
  known?: string | undefined;
  /** The host of a login that whoever started the run knows, `here`, or `never` if its request never ends. */
  passed?: string | undefined;
  listed?: object[];
  answers?: Script;
}) {
  const { host } = await fakePostgres([]);
  const ref = { workspace: await temporaryFolder(), feature_id: "F1", experiment_slug: "exp-a" };
  const cut = { branch: "exp-a", uid, parent_branch: "production", cut_at: expire_time, expire_time: null };
  await recordExperiment({ ...ref, branch: asBranchName("exp-a") }, { cut });
  if (known !== undefined)
    await writeBranchRecord(ref, { ...cut, endpoint: { name, host: known === "here" ? host : known } });
  const experiment = await getExperiment(ref);
  const cli = fakeCli({
    "current-user me": [{ stdout: { userName: "ann@example.com" } }],
    "auth describe": [{ stdout: { status: "success" } }],
    "list-endpoints": [{ stdout: [endpointJson("exp-a", host)] }],
    "get-branch": [{ stdout: branchJson("exp-a") }],
    "generate-database-credential": [{ stdout: { token: "t1", expire_time } }],
    ...answers,
  });
  const told: KnownLogin[] = [];
  const reach = ({ signal }: AbortController = new AbortController()) =>
    reachBranch(cli.lakebase, experiment, {
      list: async () => branchListing.parse(listed),
      passed: {
        find: async (of) => {
          if (passed === "never") await new Promise(() => {});
          return of === uid && passed !== undefined
            ? knownLogin(passed === "here" ? host : passed)
            : undefined;
        },
        tell: (login) => told.push(login),
      },
      mayWake: Promise.resolve(),
      signal,
      onWait: () => {},
    });
  const calls = () => cli.names().filter((each) => !/^(current-user|auth) /.test(each));
  return { host, reach, calls, told, record: () => readBranchRecord(ref) };
}

function knownLogin(at: string): KnownLogin {
  const [host, port] = at.split(":");
  const login = { endpoint: name, host, port: Number(port), user: "ann@example.com", password: "t0" };
  return knownLoginSchema.parse({
    branch: branchResource.parse(branchJson("exp-a")),
    login: { ...login, database: "postgres", sslmode: "disable", expires_at: expire_time, api_host: null },
  });
}

test("takes three calls for a branch that no run has reached, and records its endpoint", async () => {
  const { reach, calls, record, host } = await prepare({});
  const { branch, logins } = await reach();
  expect(branch).toMatchObject({ branch: "exp-a", uid });
  expect(await logins.lasting(1_000)).toBe(logins.used[0]);
  // The endpoint is looked at before the branch, which proves whose it is.
  expect(calls().sort()).toEqual(first.toSorted());
  expect(calls()[0]).toBe("list-endpoints");
  expect((await record())?.endpoint).toEqual({ name, host });
});

test("takes one call for a branch that was reached before", async () => {
  const { reach, calls } = await prepare({ known: "here" });
  expect((await reach()).branch).toMatchObject({ branch: "exp-a", uid });
  expect(calls()).toEqual(["generate-database-credential"]);
});

test("looks the endpoint up again when it no longer answers at its recorded host", async () => {
  const { reach, record, host } = await prepare({ known: "127.0.0.1:1" });
  expect((await reach()).logins.used[0]).toMatchObject({ port: Number(host.split(":")[1]) });
  expect((await record())?.endpoint).toEqual({ name, host });
});

test("does not believe a list with another branch under the same name", async () => {
  const replaced = { ...branchJson("exp-a"), uid: otherUid };
  const { reach } = await prepare({
    known: "here",
    listed: [replaced],
    answers: { "get-branch": [{ stdout: replaced }] },
  });
  await expect(reach()).rejects.toMatchObject({ code: "branch_replaced" });
});

test("does not reach a branch that is replaced between the calls for its endpoint and itself", async () => {
  const { reach, record } = await prepare({
    answers: { "get-branch": [{ stdout: { ...branchJson("exp-a"), uid: otherUid } }] },
  });
  await expect(reach()).rejects.toMatchObject({ code: "branch_replaced" });
  expect((await record())?.endpoint).toBeUndefined();
});

test("creates no endpoint on someone else's branch", async () => {
  const { reach, calls } = await prepare({
    answers: {
      "list-endpoints": [{ stdout: [] }],
      "create-endpoint": [{ stdout: {} }],
      "get-branch": [{ stdout: { ...branchJson("exp-a"), uid: otherUid } }],
    },
  });
  await expect(reach()).rejects.toMatchObject({ code: "branch_replaced" });
  expect(calls()).not.toContain("create-endpoint");
});

test("takes no call for a branch whose login is known, and records its endpoint for runs that do not know it", async () => {
  const { reach, calls, record, told, host } = await prepare({ passed: "here" });
  const { branch, logins, confirmBranch } = await reach();
  expect(branch).toMatchObject({ branch: "exp-a", uid });
  expect(logins.used).toMatchObject([{ password: "t0" }]);
  await confirmBranch();
  expect(calls()).toEqual([]);
  expect((await record())?.endpoint).toEqual({ name, host });
  // Whoever passed it knows it already.
  expect(told).toEqual([]);
});

test("tells of each login that it makes, for later runs", async () => {
  const { reach, told } = await prepare({});
  const { logins } = await reach();
  await logins.lasting(2 * 3_600_000);
  expect(told).toMatchObject([
    { branch: { uid }, login: { password: "t1" } },
    { branch: { uid }, login: { password: "t1" } },
  ]);
});

test("logs in anew where the known login is refused", async () => {
  const { reach, calls } = await prepare({ passed: "127.0.0.1:1" });
  expect((await reach()).logins.used).toMatchObject([{ password: "t1" }]);
  expect(calls().sort()).toEqual(first.toSorted());
});

test("logs in by itself where the request of whoever started the run takes too long", async () => {
  const { reach } = await prepare({ passed: "never" });
  expect((await reach()).logins.used).toMatchObject([{ password: "t1" }]);
});

test("waits for no login once the run is stopped", async () => {
  const { reach, calls } = await prepare({ passed: "never" });
  const stop = new AbortController();
  const reached = reach(stop);
  const reason = new Error("stopped");
  stop.abort(reason);
  await expect(reached).rejects.toBe(reason);
  expect(calls()).toEqual([]);
});

test.each([
  ["branch_gone", [], [fails("branch id not found")]],
  [
    "branch_replaced",
    [{ ...branchJson("exp-a"), uid: otherUid }],
    [{ stdout: { ...branchJson("exp-a"), uid: otherUid } }],
  ],
  ["branch_gone", [branchJson("exp-a", { current_state: "DELETED" })], [fails("branch id not found")]],
])(
  "does not confirm a branch with a known login that is not the experiment's any more: %s",
  async (code, listed, found) => {
    const { reach } = await prepare({ passed: "here", listed, answers: { "get-branch": found } });
    const { confirmBranch } = await reach();
    await expect(confirmBranch()).rejects.toMatchObject({ code });
  },
);

test("confirms a branch by itself where the branches cannot be listed", async () => {
  const { reach, calls } = await prepare({ passed: "here", listed: [] });
  await (await reach()).confirmBranch();
  expect(calls()).toEqual(["get-branch"]);
});
