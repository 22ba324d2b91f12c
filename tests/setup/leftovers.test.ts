import { expect, test } from "vitest";
import { writeClosing } from "../../src/experiments/closed.ts";
import { recordExperiment } from "../../src/experiments/experiments.ts";
import { asBranchName } from "../../src/lakebase/branches/branch-id.ts";
import { checkLeftovers } from "../../src/setup/check-leftovers.ts";
import { makeBranch } from "../support/branches.ts";
import { makeClosed } from "../support/closed-records.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";

const expire_time = "2999-01-01T00:00:00Z";
const branch = (name: string, uid: string | null = null) => makeBranch(name, { uid, expire_time });

/** A workspace with open experiments, each on the branch of its name; the uids are recorded where they are given. */
async function makeWorkspace(slugs: string[], uid?: string) {
  const workspace = await temporaryFolder();
  for (const experiment_slug of slugs) {
    const name = asBranchName(experiment_slug);
    const cut = {
      branch: name,
      uid: uid ?? null,
      parent_branch: null,
      cut_at: "2026-01-01T00:00:00Z",
      expire_time,
    };
    const ref = { workspace, feature_id: "F1", experiment_slug };
    await recordExperiment({ ...ref, branch: name }, uid === undefined ? {} : { cut });
  }
  return workspace;
}

const ok = (detail: string) => ({ name: "leftovers", state: "ok", detail });

test.each([
  [[], ok("There are no open experiments.")],
  [["exp-a", "exp-b"], ok("Open experiments, each with its branch: 2.")],
])("is content with the experiments %j, each with its branch", async (slugs, finding) => {
  const production = makeBranch("production", { uid: "br-0", default: true });
  expect(
    await checkLeftovers(await makeWorkspace(slugs), [production, ...slugs.map((slug) => branch(slug))]),
  ).toEqual(finding);
});

test("is not checked if branches cannot be listed", async () => {
  expect(await checkLeftovers(await makeWorkspace(["exp-a"]), null)).toMatchObject({ state: "skipped" });
});

test("tells branches that are gone, that are someone else's, and that nobody here names", async () => {
  const workspace = await makeWorkspace(["exp-a", "exp-b"], "br-1");
  const finding = await checkLeftovers(workspace, [branch("exp-b", "br-2"), branch("other")]);
  expect(finding.state).toBe("warning");
  expect(finding.detail).toBe(
    "Experiments whose branch no longer exists: F1/exp-a. Experiments whose branch was recreated by someone else: F1/exp-b. Expiring branches that no experiment here names: exp-b, other.",
  );
  expect(finding.remedy).toMatch(/^Create an experiment again .* Use another name .* Branches may belong to/);
});

test("names the first of many", async () => {
  const branches = Array.from({ length: 7 }, (_, index) => branch(`b${index}`));
  expect((await checkLeftovers(await makeWorkspace([]), branches)).detail).toMatch(
    /: b0, b1, b2, b3, b4 and 2 more\.$/,
  );
});

test("knows the branch of an experiment that is being closed, until it is deleted", async () => {
  const workspace = await makeWorkspace(["exp-a"], "br-1");
  const ref = { workspace, feature_id: "F1", experiment_slug: "exp-a" };
  await writeClosing(ref, makeClosed({ branch: "exp-a" }));
  const closing = {
    ...{ name: "leftovers", state: "warning", remedy: "Close them again to finish." },
    detail: "Being closed, or closing was interrupted: F1/exp-a.",
  };
  expect(await checkLeftovers(workspace, [branch("exp-a", "br-1")])).toEqual(closing);
  expect(await checkLeftovers(workspace, [])).toEqual(closing);
  expect((await checkLeftovers(workspace, [branch("exp-a", "br-2")])).detail).toContain(
    "no experiment here names: exp-a.",
  );
});
