import { expect, test } from "vitest";
import { asBranchName } from "../../../../src/lakebase/branches/branch-id.ts";
import { branchResource } from "../../../../src/lakebase/resources.ts";
import { keepLogins } from "../../../../src/runs/cycle/branch/logins.ts";
import { findLostBranch, refuseLost } from "../../../../src/runs/cycle/branch/lost-compute.ts";
import { branchJson, endpointJson, fakeCli } from "../../../lakebase/fake-cli.ts";
import { fakePostgres } from "../../../lakebase/fake-postgres.ts";

/** An experiment whose command was given a login. */
async function prepare() {
  const refusals: { code: string; message: string }[] = [];
  const postgres = await fakePostgres(refusals);
  const expire_time = new Date(Date.now() + 3_600_000).toISOString();
  const { lakebase } = fakeCli(
    {
      "current-user me": [{ stdout: { userName: "ann@example.com" } }],
      "list-endpoints": [{ stdout: [endpointJson("exp-a", postgres.host)] }],
      "generate-database-credential": ["t1", "t2"].map((token) => ({ stdout: { token, expire_time } })),
      "get-branch": [{ stdout: branchJson("exp-a") }],
    },
    { limits: { pause_ms: 1 } },
  );
  const branch = asBranchName("exp-a");
  const { signal } = new AbortController();
  const logins = keepLogins(lakebase, branch, { signal, onWait: () => {} });
  const { password } = await logins.lasting(0);
  const experiment = { workspace: "/nowhere", feature_id: "F1", experiment_slug: "exp-a", branch };
  const refuseNext = (refusal: (typeof refusals)[number]) => {
    refusals[postgres.passwords.length] = refusal;
  };
  return {
    postgres,
    refuseNext,
    logins,
    password,
    /** As of a setup, whose session in another database was open all the time. */
    refuse: async () => {
      const reached = { ...{ branch: branchResource.parse(branchJson("exp-a")), onWait: () => {} } };
      await refuseLost(
        { lakebase, experiment, logins, signal, ...reached },
        { isHeld: true, startedAt: 0, durationMs: 0 },
      );
    },
    find: () => findLostBranch({ lakebase, experiment, logins, signal }),
  };
}

test("a command whose login still works has lost nothing", async () => {
  const { find, logins } = await prepare();
  expect(await find()).toBeUndefined();
  expect(logins.used).toHaveLength(1);
});

test("a command lost its login if only a new one works, which later commands get", async () => {
  const { postgres, find, logins, password } = await prepare();
  postgres.revoke(password);
  expect(await find()).toMatchObject({ code: "login_ended", retryable: true });
  expect((await logins.lasting(0)).password).not.toBe(password);
});

test("a setup that lost its login is no failure, though its compute was held", async () => {
  const { postgres, refuse, password } = await prepare();
  await refuse();
  postgres.revoke(password);
  await expect(refuse()).rejects.toMatchObject({ code: "login_ended" });
});

test("a command has lost nothing if its login only had to wait", async () => {
  const full = { code: "53300", message: "too many active computes: 2 of 2 in use" };
  const { find, refuseNext } = await prepare();
  refuseNext(full);
  expect(await find()).toBeUndefined();
});
