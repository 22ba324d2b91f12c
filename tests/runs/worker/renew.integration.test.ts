import { expect, test } from "vitest";
import { asBranchName } from "../../../src/lakebase/branches/branch-id.ts";
import { branchListing } from "../../../src/lakebase/resources.ts";
import { renewExpiring } from "../../../src/runs/worker/renew.ts";
import { branchJson, fails, fakeCli, productionJson } from "../../lakebase/fake-cli.ts";

const inHours = (hours: number) => ({ expire_time: new Date(Date.now() + hours * 3_600_000).toISOString() });
const experiment = (branch: string) => ({
  workspace: "/w",
  feature_id: "F1",
  experiment_slug: branch,
  branch: asBranchName(branch),
});
const listed = (...branches: object[]) => Promise.resolve(branchListing.parse(branches));
const run = { ttl: "604800s", minutes: 30, signal: new AbortController().signal };
const running = ["soon", "later", "never"].map(experiment);

test("renews only branches that would expire during the run or soon after it", async () => {
  const branches = listed(
    productionJson,
    branchJson("soon", inHours(1)),
    branchJson("later", inHours(48)),
    branchJson("never"),
    branchJson("other", inHours(1)),
    // Somebody else forked another under the name of ours.
    branchJson("replaced", inHours(1)),
  );
  const { lakebase, calls } = fakeCli({ "update-branch": [{ stdout: branchJson("soon") }] });
  const replaced = { ...experiment("replaced"), branch_uid: "br-old-sea-a1b2c3d4" };
  await renewExpiring(lakebase, [...running, replaced], { ...run, listed: branches });
  expect(calls().map(({ name, args }) => [name, args[2]])).toEqual([
    ["update-branch", "projects/p/branches/soon"],
  ]);
});

test("continues the run after a failed renewal", async () => {
  const { lakebase, names } = fakeCli({ "update-branch": [fails("not authorized")] });
  await renewExpiring(lakebase, running, { ...run, listed: listed(branchJson("soon", inHours(1))) });
  expect(names()).toEqual(["update-branch"]);
});
