import { expect, test } from "vitest";
import { listExperiments } from "../../../src/experiments/experiments.ts";
import { cutExperiments } from "../../../src/lifecycle/create.ts";
import { answerSchema, loggedScript, waitFor } from "../../support/runs.ts";
import { addUserThings, closeRecord, openShop } from "../../support/shop.ts";

test("two simultaneous clean-ups remove each leftover once and give the same result", async () => {
  const shop = await openShop();
  const { cleanUp, create, branches, own } = shop;
  await create("exp-a", "exp-b", "exp-c");
  for (const slug of ["exp-a", "exp-b"]) await (await closeRecord(shop, slug))();
  const [one, two] = await Promise.all([cleanUp(true), cleanUp(true)]);
  const removed = [...one.removed, ...two.removed].filter(({ kind }) => kind === "branch");
  expect(removed.map(({ name }) => name).sort()).toEqual([`${own}--exp-a`, `${own}--exp-b`]);
  expect(await branches()).toEqual([`${own}--exp-c`]);
  expect((await cleanUp(false)).removable).toEqual([]);
});

test("cleaning up removes nothing of experiments that are being created, run or closed", async () => {
  const shop = await openShop();
  const { cleanUp, server, workspace, feature_id, lakebase, branches, own, look, before, git } = {
    ...shop,
    ...(await addUserThings(shop)),
  };
  await server.writePlan(feature_id, { suites: { api: loggedScript(workspace) } });
  let isOver = false;
  const cleaning = (async () => {
    const removed: string[] = [];
    while (!isOver) removed.push(...(await cleanUp(true)).removed.map(({ kind, name }) => `${kind} ${name}`));
    return removed;
  })();
  const slugs = ["exp-a", "exp-b", "exp-c"];
  const context = { workspace, lakebase, backend: "local" as const, launch: [] };
  const call = { ...context, signal: new AbortController().signal, progress: () => {} };
  for (const fresh of [false, true]) {
    const experiments = slugs.map((experiment_slug) => ({ experiment_slug }));
    expect((await cutExperiments(call, { feature_id, experiments, fresh })).errors).toEqual([]);
    const { run_id } = await server.call(answerSchema, "run_experiments", { feature_id });
    const { state, results } = await waitFor(server, run_id);
    expect(state).toBe("finished");
    expect(results.map(({ status }) => status)).toEqual(["succeeded", "succeeded", "succeeded"]);
  }
  await (await closeRecord(shop, "exp-c"))();
  await expect.poll(branches).not.toContain(`${own}--exp-c`);
  isOver = true;
  const removed = await cleaning;
  expect(removed.filter((name) => /^(branch|worktree|git_branch)/.test(name))).toEqual([
    `branch ${own}--exp-c`,
  ]);
  expect((await listExperiments(workspace, feature_id)).map((each) => each.experiment_slug)).toEqual([
    ...["exp-a", "exp-b"],
  ]);
  expect(await branches()).toEqual([`${own}--exp-a`, `${own}--exp-b`, `${own}--mine`, `${own}-mine`]);
  expect((await git("branch", "--list", `experiment/${feature_id}/exp-*`)).split("\n")).toHaveLength(3);
  expect(await look()).toEqual(before);
});
