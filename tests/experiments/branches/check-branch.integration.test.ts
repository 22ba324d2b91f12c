import { writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { checkBranch } from "../../../src/experiments/branches/check-branch.ts";
import { getExperiment, recordExperiment } from "../../../src/experiments/experiments.ts";
import { experimentPaths } from "../../../src/experiments/layout.ts";
import { asBranchName } from "../../../src/lakebase/branches/branch-id.ts";
import { type Answer, branchJson, fails, fakeCli } from "../../lakebase/fake-cli.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";

const cut = { parent_branch: "production", cut_at: "2026-08-21T12:00:00Z", expire_time: null };

/** An experiment whose branch was cut with `uid`. */
async function recorded(uid: string | null) {
  const ref = { workspace: await temporaryFolder(), feature_id: "F1", experiment_slug: "exp-a" };
  await recordExperiment(
    { ...ref, branch: asBranchName("exp-a") },
    { cut: { branch: asBranchName("exp-a"), uid, ...cut } },
  );
  return getExperiment(ref);
}

const check = async (uid: string | null, answer: Answer) =>
  checkBranch(fakeCli({ "get-branch": [answer] }).lakebase, await recorded(uid));

test("accepts the branch that was created for the experiment", async () => {
  const there = { stdout: branchJson("exp-a") };
  expect(await check("br-broad-sky-d2k5gewt", there)).toMatchObject({
    branch: "exp-a",
    uid: "br-broad-sky-d2k5gewt",
  });
});

test.each([
  ["deleted", fails("branch id not found")],
  ["listed as deleted", { stdout: branchJson("exp-a", { current_state: "DELETED" }) }],
])("reports a branch that was %s as gone", async (_how, answer) => {
  await expect(check("br-broad-sky-d2k5gewt", answer)).rejects.toMatchObject({
    code: "branch_gone",
    hint: expect.stringContaining("Create exp-a again"),
  });
});

test("does not accept another branch with the same name", async () => {
  await expect(check("br-old-sea-a1b2c3d4", { stdout: branchJson("exp-a") })).rejects.toMatchObject({
    code: "branch_replaced",
    message: expect.stringMatching(/br-broad-sky-d2k5gewt.*br-old-sea-a1b2c3d4/),
  });
});

test("compares only the name without a recorded uid, and a broken record loses only the uid", async () => {
  expect(await check(null, { stdout: branchJson("exp-a") })).toMatchObject({ branch: "exp-a" });
  const experiment = await recorded("br-old-sea-a1b2c3d4");
  expect(experiment.branch_uid).toBe("br-old-sea-a1b2c3d4");
  await writeFile(experimentPaths(experiment).branchRecord, "{");
  const { branch_uid, ...rest } = await getExperiment(experiment);
  expect(branch_uid).toBeUndefined();
  expect(rest.branch).toBe("exp-a");
});

test("ignores a uid when branch.txt names another branch", async () => {
  const experiment = await recorded("br-old-sea-a1b2c3d4");
  await writeFile(experimentPaths(experiment).branch, "exp-of-the-kit");
  expect(await getExperiment(experiment)).toMatchObject({ branch: "exp-of-the-kit" });
  expect((await getExperiment(experiment)).branch_uid).toBeUndefined();
});
