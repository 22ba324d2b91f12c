import { join } from "node:path";
import { expect, test } from "vitest";
import { comparisonAnswerSchema } from "../../schemas/comparison-answer.ts";
import { noting, openGate, prepareRace, waitFor } from "../support/race.ts";

test("nothing is abandoned while an experiment of the next cycle waits for its turn", async () => {
  const race = await prepareRace(
    (workspace) => ({
      suites: {
        api: noting(
          workspace,
          `process.exitCode = 1; if (cycle === "C2") await gate("${join(workspace, "gate")}");`,
        ),
      },
    }),
    ["exp-a", "exp-b"],
  );
  await waitFor(race.server, (await race.start()).run_id);
  expect(await race.compare()).toMatchObject({ recommendation: "abandon-all" });

  const { run_id } = await race.start({ concurrency: 1 });
  const early = comparisonAnswerSchema.parse(await race.compare());
  expect(early.recommendation).toBe("continue");
  expect(early.rows?.map(({ signal }) => signal)).toEqual(["running", "running"]);
  await openGate(join(race.workspace, "gate"));
  await waitFor(race.server, run_id);
  expect(await race.compare()).toMatchObject({ recommendation: "abandon-all" });
});

test("leaving out the suite that fails makes no winner", async () => {
  const race = await prepareRace(
    (workspace) => ({ suites: { api: noting(workspace), e2e: noting(workspace, "process.exitCode = 1;") } }),
    ["exp-a"],
  );
  await waitFor(race.server, (await race.start()).run_id);
  await waitFor(race.server, (await race.start({ tags: ["api"] })).run_id);
  expect(comparisonAnswerSchema.parse(await race.compare())).toMatchObject({
    recommendation: "continue",
    rationale: expect.stringContaining("exp-a has no evidence: its last cycle did not run e2e"),
  });
});
