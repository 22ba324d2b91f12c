import { expect, test } from "vitest";
import { asBranchUid } from "../../../src/lakebase/branches/branch-id.ts";
import { inspectBranch } from "../../../src/lifecycle/close/inspect-branch.ts";
import { makeBranch } from "../../support/branches.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";

const own = makeBranch("f1-exp-a", { uid: "br-broad-sky-d2k5gewt" });
const child = makeBranch("child", { uid: "br-calm-lake-d2aaaaaa", parent_branch: own.branch });
const recorded = { branch: "f1-exp-a", branch_uid: "br-broad-sky-d2k5gewt" };

test.each([
  ["ours", recorded, [own], { state: "there", uid: "br-broad-sky-d2k5gewt" }, []],
  ["gone", recorded, [], { state: "gone" }, []],
  [
    "another with the same name",
    recorded,
    [{ ...own, uid: asBranchUid("br-dark-moon-d2bbbbbb") }],
    { state: "left" },
    [],
  ],
  ["of a record without a uid", { ...recorded, branch_uid: null }, [own], { state: "left" }, []],
  ["one that has no uid", recorded, [{ ...own, uid: null }], { state: "left" }, []],
  ["protected", recorded, [{ ...own, protected: true }], { state: "there" }, ["protected_branch"]],
  ["the default", recorded, [{ ...own, default: true }], { state: "there" }, ["default_branch"]],
  ["a parent", recorded, [own, child], { state: "there" }, ["has_children"]],
])("a branch that is %s", async (_, record, branches, database, codes) => {
  const ref = { workspace: await temporaryFolder(), feature_id: "F1", experiment_slug: "exp-a" };
  const look = await inspectBranch(ref, record, branches);
  expect(look.database).toMatchObject(database);
  expect(look.objections.map(({ code }) => code)).toEqual(codes);
});
