import { expect, test } from "vitest";
import type { Closed } from "../../../schemas/experiment/closed.ts";
import type { Promotion } from "../../../schemas/promotion/promotion.ts";
import { asBranchName } from "../../../src/lakebase/branches/branch-id.ts";
import { branchListing } from "../../../src/lakebase/resources.ts";
import { findBranches } from "../../../src/lifecycle/clean-up/find-branches.ts";
import type { WorkspaceRecords } from "../../../src/lifecycle/workspace-records.ts";
import { localLakebase } from "../../support/lakebase.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";

const day = 86_400_000;
const at = (days: number) => new Date(Date.now() + days * day).toISOString();

/** Branches as Lakebase lists them: the root, and others by their fields. */
function list(branches: { name: string; uid?: string; parent?: string; expires?: string | null }[]) {
  const path = (name: string) => `projects/p/branches/${name}`;
  return branchListing.parse([
    { name: path("production"), uid: "br-root", status: { default: true } },
    ...branches.map(({ name, uid, parent = "production", expires = at(1) }) => ({
      ...{ name: path(name), uid, create_time: at(-2) },
      status: { source_branch: path(parent), ...(expires !== null && { expire_time: expires }) },
    })),
  ]);
}

/** What a clean-up says of each branch, given the records: removable, or why it stays. */
async function judge(
  given: (workspace: string) => Partial<WorkspaceRecords>,
  branches: ReturnType<typeof list>,
) {
  const workspace = await temporaryFolder();
  const nothing = {
    experiments: [],
    elsewhere: [],
    closed: [],
    closing: [],
    intents: [],
    promotions: [],
    runs: [],
  };
  const records: WorkspaceRecords = { workspace, ...nothing, ...given(workspace) };
  const context = { workspace, lakebase: localLakebase(), signal: new AbortController().signal };
  const found = await findBranches({ context, records, unfinished: [], branches });
  return found.map(({ name, left, branch_minutes }) => [name, left ?? "removable", branch_minutes]);
}

const closed = (more: Partial<Closed>): Closed & { directory: string } => ({
  ...{ feature_id: "F1", experiment_slug: "exp-a", status: "abandoned", reason: "r", closed_at: at(-1) },
  ...{ verdict_by: "caller", recommendation: "continue", rationale: "r", compared: [], branch: "f1--exp-a" },
  ...{ branch_uid: "br-a", database: "deleted", git_branch: null, commit: null, worktree: "none" },
  ...{ directory: "/archive", ...more },
});

function safety(workspace: string, expire_time: string): WorkspaceRecords["promotions"] {
  const promotion: Promotion = {
    ...{ feature_id: "F1", experiment_slug: "exp-a", run_id: "r", state: "promoted", mode: "merge" },
    verified: {
      run_id: "r",
      cycle_id: "V1",
      commit: "c",
      code: null,
      parent: { branch: "production", uid: null },
    },
    safety_branch: { branch: "before-f1", since: at(-8), uid: "br-s", expire_time },
    ...{ scratch_worktree: null, steps: [], accepted: [], warnings: [], begun_at: at(-8) },
  };
  return [{ ref: { workspace, feature_id: "F1", experiment_slug: "exp-a" }, promotion }];
}

const minutes = 2 * 1_440;

test("removes a closed experiment's branch only if its uid matches", async () => {
  const ofClosed = () => ({ closed: [closed({})] });
  expect(await judge(ofClosed, list([{ name: "f1--exp-a", uid: "br-a" }]))).toEqual([
    ["f1--exp-a", "removable", minutes],
  ]);
  expect(await judge(ofClosed, list([{ name: "f1--exp-a", uid: "br-other" }]))).toEqual([
    ["f1--exp-a", expect.stringContaining("no record of this workspace shows"), minutes],
  ]);
  expect(await judge(ofClosed, list([{ name: "f1--exp-a" }]))).toEqual([
    ["f1--exp-a", expect.stringContaining("no uid"), minutes],
  ]);
  const child = { name: "child", uid: "br-c", parent: "f1--exp-a", expires: null };
  expect(await judge(ofClosed, list([{ name: "f1--exp-a", uid: "br-a", expires: null }, child]))).toEqual([
    ["f1--exp-a", "child was forked from it", minutes],
  ]);
});

test("keeps a branch that another checkout of the repository still uses", async () => {
  const shared = (workspace: string) => {
    const names = { workspace: `${workspace}-other`, feature_id: "F1", experiment_slug: "exp-a" };
    const elsewhere = [{ ...names, branch: asBranchName("f1--exp-a"), branch_uid: "br-a" }];
    return { closed: [closed({})], elsewhere };
  };
  expect(await judge(shared, list([{ name: "f1--exp-a", uid: "br-a" }]))).toEqual([]);
});

test("removes a safety branch after its time, unless its lifetime was extended", async () => {
  const [over, due] = [
    (w: string) => ({ promotions: safety(w, at(-1)) }),
    (w: string) => ({ promotions: safety(w, at(1)) }),
  ];
  const branch = { name: "before-f1", uid: "br-s" };
  expect(await judge(due, list([{ ...branch, expires: at(1) }]))).toEqual([]);
  expect(await judge(over, list([{ ...branch, expires: at(-1) }]))).toEqual([
    ["before-f1", "removable", minutes],
  ]);
  for (const expires of [at(3), null]) {
    expect(await judge(over, list([{ ...branch, expires }]))).toEqual([
      ["before-f1", "someone extended its lifetime", minutes],
    ]);
  }
  expect(await judge(over, list([{ ...branch, uid: "br-other", expires: at(1) }]))).toEqual([
    ["before-f1", expect.stringContaining("no record"), minutes],
  ]);
});

test("does not mention a branch without our naming pattern", async () => {
  const branches = list([
    { name: "mine", uid: "br-1" },
    { name: "mine--too", uid: "br-2", expires: null },
  ]);
  expect(await judge(() => ({}), branches)).toEqual([]);
});
