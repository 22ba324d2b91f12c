import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { recordExperiment } from "../../src/experiments/experiments.ts";
import { asBranchName } from "../../src/lakebase/branches/branch-id.ts";
import { startCli } from "../support/cli.ts";
import { script } from "../support/plans.ts";
import { startServer } from "../support/server.ts";

const recordedSchema = z.looseObject({ provenance: z.string(), next_step: z.string() });
const comparedSchema = z.looseObject({ next_step: z.string(), reported: z.unknown(), rows: z.unknown() });

test("records outcomes by tool and command, shows them separately, and says how to have them measured", async () => {
  const { call, workspace, writePlan } = await startServer();
  const names = { feature_id: "F1", experiment_slug: "exp-a" };
  await recordExperiment({ workspace, ...names, branch: asBranchName("b") });
  await writePlan("F1", { suites: { api: script("") } });
  const planned = await call(recordedSchema, "record_outcomes", {
    ...names,
    tag: "api",
    passed: 3,
    failed: 1,
  });
  expect(planned).toMatchObject({
    provenance: "reported",
    measured: null,
    next_step:
      "Reported counts decide nothing. run_experiments with feature_id F1, experiment_slugs exp-a and tags api measures it.",
  });
  await writeFile(join(workspace, "load.tap"), "TAP version 14\n1..1\nok 1 - a\n");
  const unplanned = await startCli(workspace, ["record", "F1", "exp-a", "load", "--report", "load.tap"]);
  expect(unplanned.stdout).toBe(
    `exp-a load 1/0, reported: it decides nothing (nothing has been measured for it; add a suite for load to ${workspace}/.tdd/features/F1/plan.json to measure it)`,
  );
  const refused = await startCli(workspace, [
    "record",
    "F1",
    "exp-a",
    "load",
    "--passed",
    "x",
    "--failed",
    "0",
  ]);
  expect(refused).toMatchObject({ exitCode: 1, stdout: "", stderr: expect.stringMatching(/^invalid_input/) });

  expect(await call(comparedSchema, "compare_experiments", { feature_id: "F1" })).toMatchObject({
    recommendation: "continue",
    reported: [
      { tag: "api", cells: { "exp-a": { passed: 3, failed: 1 } } },
      { tag: "load", cells: { "exp-a": { passed: 1, failed: 0 } } },
    ],
    rows: [{ experiment_slug: "exp-a", signal: "no_evidence", evidence_state: "reported" }],
    next_step: "Call run_experiments with experiment_slugs exp-a.",
  });
});
