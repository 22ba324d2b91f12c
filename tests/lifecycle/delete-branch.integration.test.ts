import { expect, test } from "vitest";
import { listBranches } from "../../src/lakebase/branches/branches.ts";
import { createBranch } from "../../src/lakebase/branches/create-branch.ts";
import { deleteNamedBranch, previewDeletion } from "../../src/lifecycle/delete-branch.ts";
import { startCli } from "../support/cli.ts";
import { prepareClosing } from "../support/finish/closing.ts";

test("deletes a branch by name, and recognizes an experiment's branch", async () => {
  const shop = await prepareClosing({ worktree: false });
  const { context, feature_id, branch, standing, workspace } = shop;
  const other = `other-${feature_id.toLowerCase()}`;
  const child = `child-${feature_id.toLowerCase()}`;
  await createBranch(context.lakebase, { branch: other, expiry: { no_expiry: true } });
  await createBranch(context.lakebase, { branch: child, parentBranch: other, expiry: { ttl: "3600s" } });
  const uid = (await listBranches(context.lakebase)).find((each) => each.branch === other)?.uid ?? "";

  expect(await previewDeletion(context, branch)).toMatchObject({
    ...{ branch, state: "there", is_open: true, experiment: `${feature_id}/exp-a`, objections: [] },
  });
  expect(await previewDeletion(context, uid)).toMatchObject({
    ...{ branch: other, uid, experiment: null, objections: [{ code: "has_children" }] },
  });
  const before = await standing();
  await expect(deleteNamedBranch(context, { branch: child, confirm: other })).rejects.toMatchObject({
    code: "confirm_mismatch",
  });
  await expect(deleteNamedBranch(context, { branch: uid, confirm: other })).rejects.toMatchObject({
    code: "has_children",
  });
  expect(await standing()).toEqual(before);

  const command = (...args: string[]) => startCli(workspace, ["delete-branch", ...args]);
  const asked = await command(child, "--yes");
  expect(asked).toMatchObject({ exitCode: 2, stdout: expect.stringContaining(`--confirm ${child}`) });
  expect(await command(child, "--confirm", child)).toMatchObject({ exitCode: 0 });
  expect(await command(child)).toMatchObject({ exitCode: 0, stdout: `There is no branch ${child}.` });
  expect(await deleteNamedBranch(context, { branch: uid, confirm: other })).toMatchObject({
    state: "deleted",
  });
  expect(await deleteNamedBranch(context, { branch, confirm: branch })).toMatchObject({ state: "deleted" });
  expect(await standing()).toEqual({
    ...before,
    branches: before.branches.filter((name) => ![other, child, branch].includes(name)),
  });
});
