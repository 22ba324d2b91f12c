import { join } from "node:path";
import { expect, test } from "vitest";
import { listClosed } from "../../src/experiments/closed.ts";
import { archivePath, promotionPaths, promotionsDirectory } from "../../src/experiments/layout.ts";
import {
  listPromotionRecords,
  readParentState,
  readPromotion,
  readVerification,
  writePromotion,
  writeVerification,
} from "../../src/experiments/promotion.ts";
import { writeFiles } from "../plans/project.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";
import { makePromotion, makeVerification } from "../support/promotions.ts";

const makeRef = async () => ({
  workspace: await temporaryFolder(),
  feature_id: "F1",
  experiment_slug: "exp-a",
});

test("an experiment that was never promoted has no records", async () => {
  const ref = await makeRef();
  expect(await readVerification(ref)).toBeUndefined();
  expect(await readPromotion(ref)).toBeUndefined();
  expect(await readParentState(ref)).toBeUndefined();
  expect(await listPromotionRecords(ref.workspace, [])).toEqual([]);
});

test.each(["", "{", "[]", '{"state":"promoted"}', "null"])(
  "refuses a promotion's journal like %j, which must not count as none",
  async (text) => {
    const ref = await makeRef();
    await writeFiles(promotionPaths(ref).directory, { "promotion.json": text, "verification.json": text });
    const refused = { code: "record_unreadable", message: expect.stringContaining(ref.workspace) };
    await expect(readPromotion(ref)).rejects.toMatchObject(refused);
    await expect(readVerification(ref)).rejects.toMatchObject(refused);
  },
);

test("lists the records of open and of closed experiments", async () => {
  const ref = await makeRef();
  const other = { ...ref, experiment_slug: "exp-b" };
  await writeVerification(ref, makeVerification());
  await writePromotion(ref, makePromotion());
  await writeVerification(other, makeVerification({ state: "failed" }));
  const archived = { ...ref, experiment_slug: "exp-c" };
  const directory = archivePath(archived);
  await writeFiles(directory, {
    "closed.json": {
      ...{ feature_id: "F1", experiment_slug: "exp-c", status: "promoted", reason: "won" },
      ...{ closed_at: "2026-01-01T00:00:00Z", verdict_by: "measured", recommendation: "promote" },
      ...{ rationale: "", compared: [], branch: "c", branch_uid: null, database: "deleted" },
      ...{ git_branch: null, commit: null, worktree: "none" },
    },
    "promotion/promotion.json": makePromotion({ experiment_slug: "exp-c" }),
  });
  const found = await listPromotionRecords(ref.workspace, await listClosed(ref.workspace));
  expect(
    found.map((each) => [each.ref.experiment_slug, each.verification?.state, each.promotion?.state]),
  ).toEqual([
    ["exp-a", "succeeded", "promoted"],
    ["exp-b", "failed", undefined],
    ["exp-c", undefined, "promoted"],
  ]);
});

test("leaves out a broken record, but not the other one of the experiment", async () => {
  const ref = await makeRef();
  await writeVerification(ref, makeVerification());
  await writeFiles(promotionPaths(ref).directory, { "promotion.json": "{" });
  await writeFiles(join(promotionsDirectory(ref.workspace), "F2"), { "a file": "" });
  const [found, ...others] = await listPromotionRecords(ref.workspace, []);
  expect(found).toMatchObject({ ref, verification: { cycle_id: "V1" }, promotion: undefined });
  expect(others).toEqual([]);
});
