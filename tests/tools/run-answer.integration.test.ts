import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import * as z from "zod";
import type { Run } from "../../schemas/run.ts";
import { runAnswer } from "../../tools/support/run-answer.ts";
import { script } from "../support/plans.ts";
import { prepareRun, waitFor } from "../support/runs.ts";

const logsSchema = z.object({
  results: z.array(z.object({ logs: z.record(z.string(), z.string()).optional() })),
  next_step: z.string(),
});

test("names the log to read if a tag was not measured", async () => {
  const silent = {
    ...script("console.error('no database here')"),
    report: { format: "junit", path: "none.xml" },
  };
  const talking = { ...script("console.log('on stdout')"), report: { format: "junit", path: "none.xml" } };
  const feature = await prepareRun(
    () => ({ suites: { api: silent, infra: talking, e2e: script("") } }),
    ["exp-a"],
  );
  const { run_id } = await feature.start();
  await waitFor(feature.server, run_id);
  const answer = await feature.server.call(logsSchema, "wait_for_run", { run_id });
  const logs = answer.results[0]?.logs ?? {};
  expect(Object.keys(logs)).toEqual(["api", "infra"]);
  expect(await readFile(logs.api ?? "", "utf8")).toBe("no database here\n");
  expect(await readFile(logs.infra ?? "", "utf8")).toBe("on stdout\n");
  expect(answer.next_step).toContain(logs.api);
});

test("names the log of the repeat that was not measured", async () => {
  const suite = {
    ...script(`
      const fs = require("node:fs"), { ARTIFACTS_DIR, MAIN_CHECKOUT } = process.env, mark = MAIN_CHECKOUT + "/mark";
      if (fs.existsSync(mark)) { console.error("second"); process.exit(0); }
      fs.writeFileSync(mark, "");
      fs.writeFileSync(ARTIFACTS_DIR + "/a.tap", "TAP version 13\\n1..1\\nok 1 - a\\n")`),
    report: { format: "tap", path: "a.tap" },
  };
  const feature = await prepareRun(() => ({ suites: { api: suite } }), ["exp-a"]);
  const { run_id } = await feature.start({ repeat: 3 });
  await waitFor(feature.server, run_id);
  const answer = await feature.server.call(logsSchema, "wait_for_run", { run_id });
  expect(await readFile(answer.results[0]?.logs?.api ?? "", "utf8")).toBe("second\n");
});

test("names the log of a failed setup", async () => {
  const setup = [process.execPath, "-e", "console.log('relation exists already'); process.exit(1)"];
  const feature = await prepareRun(() => ({ setup, suites: { api: script("") } }), ["exp-a"]);
  const { run_id } = await feature.start();
  const { next_step } = await waitFor(feature.server, run_id);
  const [path = ""] = /\/\S+\/setup\/stdout\.log/.exec(next_step) ?? [];
  expect(await readFile(path, "utf8")).toBe("relation exists already\n");
});

test("says how to continue an interrupted run as it was started", async () => {
  const run: Run = {
    ...{ run_id: "run-20260101T000000-01234567", feature_id: "F1", cycle_id: "C1", state: "interrupted" },
    ...{
      concurrency: 1,
      created_at: "2026-01-01T00:00:00Z",
      results: [],
      peak_in_flight: 0,
      total_duration_ms: 0,
    },
    budget: { concurrent_branches: 1, branches: 1, max_branches: 1, wall_clock_minutes: 1, minutes_left: 1 },
  };
  expect((await runAnswer(run, "/nowhere")).next_step).toContain("finishes the rest of the cycle");
  expect((await runAnswer({ ...run, only_failed: true }, "/nowhere")).next_step).toContain(
    "run_experiments with only_failed",
  );
});
