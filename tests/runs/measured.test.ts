import { expect, test } from "vitest";
import * as z from "zod";
import { noting, prepareRace, waitFor } from "../support/race.ts";

const answer = z.looseObject({
  rationale: z.string(),
  winners: z.array(z.string()),
  metrics: z.array(z.looseObject({ name: z.string() })).optional(),
  decision: z.string().optional(),
  warnings: z.array(z.object({ kind: z.string(), message: z.string() })).optional(),
  advice: z.string().optional(),
});

/** Writes ten samples around a median, which depends on the experiment, into `metrics.json`. */
const measuring = `
  const center = slug === "exp-slow" ? 20 : 10;
  const samples = Array.from({ length: 10 }, (_, n) => center + n / 10);
  const metric = { name: "checkout p50", unit: "ms", better: "lower", samples };
  fs.writeFileSync(process.env.ARTIFACTS_DIR + "/metrics.json", JSON.stringify([metric]));`;

test("the metric that the plan decides by reaches rationale, order and warnings of the comparison", async () => {
  const race = await prepareRace(
    (workspace) => ({
      suites: { perf: noting(workspace, measuring) },
      decide_by: { metric: "checkout p50" },
    }),
    ["exp-slow", "exp-fast"],
  );
  const { feature_id, server } = race;
  const compare = (detail?: string) => server.call(answer, "compare_experiments", { feature_id, detail });

  await waitFor(server, (await race.start()).run_id);
  const summary = await compare();
  const decision =
    /By perf: checkout p50 in ms, lower is better: exp-fast 10\.45, best; exp-slow 20\.45, × 1\.957 \(simultaneous 95 %: .*\), worse/;
  expect(summary.rationale).toMatch(decision);
  expect(summary.winners).toEqual(["exp-fast", "exp-slow"]);
  expect(summary.warnings?.map(({ kind }) => kind)).toContain("measured-beside-others");
  expect((await compare("metrics")).warnings?.map(({ kind }) => kind)).toEqual(["measured-beside-others"]);

  await waitFor(server, (await race.start({ quiet: true })).run_id);
  expect((await compare("metrics")).warnings).toBeUndefined();
}, 240_000);

test("a suite's time is a metric where the plan decides by it, a sample for each repeat", async () => {
  const race = await prepareRace(
    (workspace) => ({
      suites: { e2e: noting(workspace) },
      decide_by: { metric: "duration", tag: "e2e" },
    }),
    ["exp-a", "exp-b"],
  );
  const { feature_id, server } = race;
  await waitFor(server, (await race.start({ quiet: true, repeat: 2 })).run_id);
  const compared = await server.call(answer, "compare_experiments", { feature_id, detail: "metrics" });
  const measured = { samples: 2, missing_samples: 3 };
  expect(compared).toMatchObject({
    metrics: [{ tag: "e2e", name: "duration", unit: "ms", measured: [measured, measured] }],
    advice: expect.stringMatching(/too few samples.*repeat and quiet: true/),
  });
  expect(compared.rationale).toMatch(/By e2e: duration in ms, lower is better: .*3 more needed/);
});

test("where nothing was measured, the answer says how to measure", async () => {
  const race = await prepareRace(
    (workspace) => ({
      suites: {
        api: noting(
          workspace,
          `fs.writeFileSync(process.env.ARTIFACTS_DIR + "/metrics.json", '[{"name":"x"}]')`,
        ),
      },
      decide_by: { metric: "checkout p50" },
    }),
    ["exp-a"],
  );
  const { feature_id, server } = race;
  await waitFor(server, (await race.start()).run_id);
  const { advice, warnings, metrics, decision } = await server.call(answer, "compare_experiments", {
    feature_id,
    detail: "metrics",
  });
  expect(metrics).toEqual([]);
  expect(advice).toMatch(/metrics\.json into its ARTIFACTS_DIR: \[\{"name":.*"better":"lower"\}\]/);
  expect(decision).toBe("checkout p50 is to decide, and nothing has measured it");
  expect(warnings).toEqual([
    { kind: "metrics-unreadable", message: expect.stringContaining("metrics.0.better") },
    { kind: "decider-not-measured", message: expect.stringContaining("checkout p50") },
  ]);
});
