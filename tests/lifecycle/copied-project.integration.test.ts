import { cp } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cleanUp } from "../../src/lifecycle/clean-up/clean-up.ts";
import { previewClosing } from "../../src/lifecycle/close/close.ts";
import { cutExperiments } from "../../src/lifecycle/create.ts";
import { alone, prepareClosing } from "../support/finish/closing.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";

test("a copy of a project's folder neither deletes nor forks again the branches of the original", async () => {
  const shop = await prepareClosing();
  const { branch, context, feature_id, standing, workspace } = shop;
  const before = await standing();
  const copy = join(await temporaryFolder(), "copy");
  await cp(workspace, copy, { recursive: true });
  const there = { ...context, workspace: copy };

  const { errors } = await cutExperiments(there, { feature_id, ...alone, fresh: true });
  expect(errors).toMatchObject([{ code: "worktree_foreign" }]);

  const input = { feature_id, experiment_slugs: ["exp-a"], reason: "too slow" };
  const [planned] = (await previewClosing(there, input)).experiments;
  expect(planned?.left).toContainEqual(
    expect.stringContaining(`${branch}: it is also the branch of ${feature_id}/exp-a in ${workspace}`),
  );
  expect((await shop.close({}, there)).experiments).toMatchObject([{ state: "closed", goes: [] }]);
  await cleanUp(there, { apply: true });
  expect(await standing()).toEqual(before);
  expect((await shop.look()).experiments[0]?.goes).toContainEqual(`database branch ${branch}`);
});
