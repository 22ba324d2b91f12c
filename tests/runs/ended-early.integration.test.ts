import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { experimentPaths } from "../../src/experiments/layout.ts";
import {
  answerSchema,
  findSuitePid,
  isAlive,
  loggedScript,
  prepareRun,
  readNotes,
  waitFor,
} from "../support/runs.ts";

test("cancel_run ends the commands, keeps their artifacts, is idempotent, and leaves untouched what had not started", async () => {
  const feature = await prepareRun(
    (workspace) => ({
      budget: { concurrent_branches: 1 },
      suites: {
        api: loggedScript(
          workspace,
          `if (cycle === "C1") return;
           process.on("SIGTERM", () => {}); console.log("so far"); note("said"); await gate("never");`,
        ),
        e2e: loggedScript(workspace),
      },
    }),
    ["exp-a", "exp-b"],
  );
  const { server, workspace, feature_id } = feature;
  await waitFor(server, (await feature.start()).run_id);
  const before = await Promise.all(["exp-a", "exp-b"].map(feature.outcomes));

  const { run_id } = await feature.start();
  const findSaid = async () => (await readNotes(workspace)).some(({ what }) => what === "said");
  await expect.poll(findSaid).toBe(true);
  const suite = await findSuitePid(workspace, "exp-a", "api");
  const cancelled = await server.call(answerSchema, "cancel_run", { run_id });
  expect(cancelled).toMatchObject({
    state: "cancelled",
    stopped_by: "cancel_run",
    results: [
      { experiment_slug: "exp-a", status: "stopped", error: { code: "run_stopped" } },
      { experiment_slug: "exp-b", status: "queued" },
    ],
  });
  expect(await isAlive(suite)).toBe(false);
  expect(await server.call(answerSchema, "cancel_run", { run_id })).toEqual(cancelled);
  // It found nothing out, and what was counted before is kept.
  expect(await Promise.all(["exp-a", "exp-b"].map(feature.outcomes))).toEqual(before);
  const { artifacts } = experimentPaths({ workspace, feature_id, experiment_slug: "exp-a" });
  expect(await readFile(join(artifacts, "C2", "api", "stdout.log"), "utf8")).toBe("so far\n");

  const next = await feature.start({ tags: ["e2e"] });
  expect(next).toMatchObject({ cycle_id: "C3" });
  expect(next).not.toHaveProperty("resumes");
  await waitFor(server, next.run_id);
});

test("ends a run after its minutes and a suite after its seconds, and says which", async () => {
  const feature = await prepareRun(
    (workspace) => ({
      // Long enough to come to the second suite on a busy machine.
      budget: { wall_clock_minutes: 0.5 },
      suites: {
        api: { ...loggedScript(workspace, "await gate('never');"), timeout_seconds: 1 },
        e2e: loggedScript(workspace, "await gate('never');"),
      },
    }),
    ["exp-a"],
  );
  const run = await waitFor(feature.server, (await feature.start()).run_id);
  expect(run).toMatchObject({
    state: "cancelled",
    stopped_by: "wall_clock_minutes",
    budget: { minutes_left: 0 },
    results: [
      {
        status: "stopped",
        no_evidence: { api: "it exceeded its limit of 1 s" },
        error: { message: expect.stringContaining("wall_clock_minutes") },
      },
    ],
  });
  expect(await feature.outcomes("exp-a")).toMatchObject({
    evidence: { by_tag: { e2e: { reason: expect.stringContaining("wall_clock_minutes") } } },
  });
});
