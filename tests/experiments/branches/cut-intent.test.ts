import { expect, test } from "vitest";
import { findBranchPrefix } from "../../../src/experiments/branches/branch-prefix.ts";
import {
  readBranchRecord,
  recordEndpoint,
  writeBranchRecord,
} from "../../../src/experiments/branches/branch-record.ts";
import {
  type CutIntent,
  deleteCutIntent,
  listCutIntents,
  matchesIntent,
  readCutIntent,
  writeCutIntent,
} from "../../../src/experiments/branches/cut-intent.ts";
import { cutsDirectory } from "../../../src/experiments/layout.ts";
import { asBranchName, asBranchUid } from "../../../src/lakebase/branches/branch-id.ts";
import type { Branch } from "../../../src/lakebase/resources.ts";
import { writeFiles } from "../../plans/project.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";

const makeRef = async () => ({
  workspace: await temporaryFolder(),
  feature_id: "F1",
  experiment_slug: "exp-a",
});

const intent: CutIntent = {
  branch: "f1-exp-a",
  since: "2026-01-01T12:00:00Z",
  until: "2026-01-01T12:10:00Z",
  replaces: null,
  uid: null,
};

test("an intent is there until it is deleted, and then no longer", async () => {
  const ref = await makeRef();
  expect(await readCutIntent(ref)).toBeUndefined();
  expect(listCutIntents(ref.workspace)).toEqual([]);
  await writeCutIntent(ref, intent);
  expect(await readCutIntent(ref)).toEqual(intent);
  expect(listCutIntents(ref.workspace)).toEqual([ref]);
  await deleteCutIntent(ref);
  await deleteCutIntent(ref);
  expect(listCutIntents(ref.workspace)).toEqual([]);
});

test("lists intents only, not what else lies beside them", async () => {
  const { workspace } = await makeRef();
  const names = [
    "F1+exp-a.json",
    "F1+exp-a.lock",
    "F1.json",
    "F1+a+b.json",
    "F 1+a.json",
    "+a.json",
    "F1+.json",
  ];
  await writeFiles(cutsDirectory(workspace), Object.fromEntries(names.map((name) => [name, "{"])));
  expect(listCutIntents(workspace)).toEqual([{ workspace, feature_id: "F1", experiment_slug: "exp-a" }]);
  expect(await readCutIntent({ workspace, feature_id: "F1", experiment_slug: "exp-a" })).toBeUndefined();
});

const branch = (
  more: { uid?: string | null; branch?: string; create_time?: string | null } = {},
): Branch => ({
  branch: asBranchName(more.branch ?? "f1-exp-a"),
  uid: more.uid === null ? null : asBranchUid(more.uid ?? "br-new"),
  state: "READY",
  default: false,
  protected: false,
  parent_branch: null,
  create_time: more.create_time === undefined ? "2026-01-01T12:05:00Z" : more.create_time,
  expire_time: null,
});

test.each<[what: string, intent: CutIntent | undefined, branch: Branch, isOurs: boolean]>([
  ["no intent", undefined, branch(), false],
  ["a branch that was created meanwhile", intent, branch(), true],
  ["a branch of another name", intent, branch({ branch: "f1-exp-b" }), false],
  ["a branch that was there long before", intent, branch({ create_time: "2026-01-01T00:00:00Z" }), false],
  ["a branch of someone who came later", intent, branch({ create_time: "2026-01-01T12:10:01Z" }), false],
  ["a branch created in the last moment", intent, branch({ create_time: "2026-01-01T12:10:00Z" }), true],
  ["a branch of unknown age", intent, branch({ create_time: null }), true],
  ["the branch to be replaced", { ...intent, replaces: "br-new" }, branch(), false],
  ["the branch after the one to be replaced", { ...intent, replaces: "br-old" }, branch(), true],
  ["a branch without a uid, replacing one", { ...intent, replaces: "br-old" }, branch({ uid: null }), true],
  [
    "the uid that was noted",
    { ...intent, uid: "br-new" },
    branch({ create_time: "2020-01-01T00:00:00Z" }),
    true,
  ],
  ["a uid other than was noted", { ...intent, uid: "br-other" }, branch(), false],
])("decides by the intent whether a branch is ours: %s", (_what, noted, found, isOurs) => {
  expect(matchesIntent(noted, found)).toBe(isOurs);
});

test.each([
  [undefined, {}, undefined],
  [undefined, { branch_prefix: "team" }, "team"],
  ["kai", { branch_prefix: "team" }, "kai"],
  ["kai", {}, "kai"],
])("with the variable %j and the plan %j prefixes branches with %j", (branch_prefix, plan, prefix) => {
  expect(findBranchPrefix({ branch_prefix }, plan)).toBe(prefix);
});

test.each(["", "Kai", "br-1", "a_b", "-a", "a-", "a".repeat(21)])(
  "refuses the prefix %j of the variable",
  (prefix) => {
    expect(() => findBranchPrefix({ branch_prefix: prefix })).toThrow(
      expect.objectContaining({
        code: "invalid_branch_prefix",
        message: expect.stringContaining("LAKEBASE_BRANCH_PREFIX"),
      }),
    );
  },
);

const endpoint = { name: "projects/p/endpoints/e", host: "h.example" };
const record = {
  branch: "a",
  uid: "br-1",
  parent_branch: "p",
  cut_at: "2026-01-01T00:00:00Z",
  expire_time: null,
};

test.each<[what: string, uid: string | null, isNoted: boolean]>([
  ["the branch that was cut", "br-1", true],
  ["a later branch of the same name", "br-2", false],
  ["a branch without a uid", null, false],
])("notes the endpoint of %s", async (_what, uid, isNoted) => {
  const ref = await makeRef();
  await writeBranchRecord(ref, record);
  await recordEndpoint(ref, uid, endpoint);
  expect(await readBranchRecord(ref)).toEqual(isNoted ? { ...record, endpoint } : record);
});

test("notes no endpoint where there is no record, as for the kit's experiments", async () => {
  const ref = await makeRef();
  await recordEndpoint(ref, "br-1", endpoint);
  expect(await readBranchRecord(ref)).toBeUndefined();
});
