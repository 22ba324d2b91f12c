import { expect, test } from "vitest";
import { getExperiment } from "../../../src/experiments/experiments.ts";
import { readPlan } from "../../../src/experiments/plan.ts";
import { writePromotion, writeVerification } from "../../../src/experiments/promotion.ts";
import { planPromotion, refuseOutdated } from "../../../src/lifecycle/promote/plan-promotion.ts";
import { startTask } from "../../../src/runs/caller/start-task.ts";
import { listRuns } from "../../../src/runs/journal/journal.ts";
import { alone, prepareClosing } from "../../support/finish/closing.ts";
import { makePromotion, makeVerification } from "../../support/promotions.ts";

test("no promotion starts for an experiment that was closed while it was planned", async () => {
  const { context, workspace, feature_id, ref, close } = await prepareClosing(alone);
  const [experiment, plan] = [await getExperiment(ref), await readPlan(workspace, feature_id)];
  await close();
  const written: string[] = [];
  const task = { kind: "promotion" as const, experiment, plan, cycle_id: "V1", minutes: 1 };
  const record = async () => void written.push("record");
  await expect(startTask(context, { ...task, record })).rejects.toMatchObject({ code: "experiment_closed" });
  expect(written).toEqual([]);
  expect(await listRuns(workspace, feature_id)).toEqual([]);
});

test("a plan is outdated once another call has verified or promoted the experiment", async () => {
  const { context, ref } = await prepareClosing(alone);
  const changes = [
    () => writeVerification(ref, makeVerification({ state: "failed" })),
    () => writePromotion(ref, makePromotion({ state: "promoted" })),
  ];
  for (const change of changes) {
    const plan = await planPromotion(context, ref);
    await refuseOutdated(ref, plan);
    await change();
    await expect(refuseOutdated(ref, plan)).rejects.toMatchObject({
      code: "experiment_busy",
      retryable: true,
    });
  }
});
