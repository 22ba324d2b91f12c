import { expect, test } from "vitest";
import { recordExperiment } from "../../src/experiments/experiments.ts";
import { asBranchName } from "../../src/lakebase/branches/branch-id.ts";
import { nameBranches } from "../../src/lifecycle/branch-names.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";

const record = (workspace: string, feature_id: string, experiment_slug: string, branch: string) =>
  recordExperiment({ workspace, feature_id, experiment_slug, branch: asBranchName(branch) });

test("names branches after feature and experiment, with the prefix if there is one", async () => {
  const workspace = await temporaryFolder();
  expect(await nameBranches(workspace, "F1", ["exp-a", "exp-b"], undefined)).toEqual(
    new Map([
      ["exp-a", "f1--exp-a"],
      ["exp-b", "f1--exp-b"],
    ]),
  );
  expect(await nameBranches(workspace, "F1", ["exp-a"], "kai")).toEqual(
    new Map([["exp-a", "kai--f1--exp-a"]]),
  );
});

test("keeps the name that an experiment was created with", async () => {
  const workspace = await temporaryFolder();
  await record(workspace, "F1", "exp-a", "an-older-name");
  const names = await nameBranches(workspace, "F1", ["exp-a", "exp-b"], "kai");
  expect([...names.values()]).toEqual(["an-older-name", "kai--f1--exp-b"]);
});

test("gives different names to slugs that differ only in letter case, asked for together or one by one", async () => {
  const workspace = await temporaryFolder();
  const together = await nameBranches(workspace, "F1", ["exp-a", "Exp-A", "EXP-A"], undefined);
  expect(new Set(together.values()).size).toBe(3);
  expect(together.get("exp-a")).toBe("f1--exp-a");
  await record(workspace, "F1", "exp-a", "f1--exp-a");
  const later = await nameBranches(workspace, "F1", ["Exp-A"], undefined);
  expect(later.get("Exp-A")).toMatch(/^f1--exp-a-[0-9a-f]{8}$/);
  expect(later.get("Exp-A")).toBe(together.get("Exp-A"));
});

test("gives no name that an experiment of another feature has", async () => {
  const workspace = await temporaryFolder();
  await record(workspace, "F2", "exp-a", "f1--exp-a");
  const names = await nameBranches(workspace, "F1", ["exp-a"], undefined);
  expect(names.get("exp-a")).toMatch(/^f1--exp-a-[0-9a-f]{8}$/);
});
