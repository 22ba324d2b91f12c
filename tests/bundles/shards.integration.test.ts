import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { expect, it } from "vitest";
import * as z from "zod";
import { listArtifacts } from "../../src/experiments/artifacts/artifacts.ts";
import { comparisonPagePath } from "../../src/experiments/layout.ts";
import { readOutcomes } from "../../src/experiments/outcomes/outcomes.ts";
import { listRuns } from "../../src/runs/journal/journal.ts";
import { startCli } from "../support/cli.ts";
import { suite } from "../support/plans.ts";
import { prepareShards } from "../support/queue/shards.ts";

const comparison = z.looseObject({ recommendation: z.string(), matrix: z.array(z.unknown()) });

it("runs tags on other machines, and merges their results like those of one run here", async () => {
  const shards = await prepareShards({ api: suite(3, 0), e2e: suite(2, 0) });
  const { feature_id, server } = shards;
  const [one, other] = [await shards.clone("--depth=1"), await shards.clone()];
  // A checkout may be on the experiment's git branch, with the records next to it.
  await shards.git("-C", other, "checkout", "--quiet", shards.gitBranch());
  await shards.git("-C", other, "checkout", "--quiet", "main", "--", ".tdd");

  const api = await shards.runShard(one, "api", "api.tgz");
  const e2e = await shards.runShard(other, "e2e", "e2e.tgz");
  expect([api.exitCode, e2e.exitCode], api.stdout + api.stderr + e2e.stdout + e2e.stderr).toEqual([0, 0]);
  const merged = await shards.import(api.path, e2e.path);

  expect(merged.stdout + merged.stderr).toContain("merged, exp-a api of");
  expect(merged.exitCode).toBe(0);
  const outcomes = await readOutcomes(shards.ref());
  expect(outcomes).toMatchObject({
    status: "succeeded",
    by_tag: { api: { passed: 3, failed: 0 }, e2e: { passed: 2, failed: 0 } },
  });
  const answer = await server.call(comparison, "compare_experiments", { feature_id });
  expect(answer).toMatchObject({ recommendation: "promote" });
  const names = (await listArtifacts(shards.ref(), "C1")).map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining(["api.cases.json", "api/junit.xml", "e2e.cases.json", "e2e/stdout.log"]),
  );
  const [run] = await listRuns(shards.workspace, feature_id);
  expect(run).toMatchObject({ kind: "imported", state: "finished", cycle_id: "C1" });

  const page = await readFile(comparisonPagePath(shards.workspace, feature_id), "utf8");
  expect(page).toContain(`measured on ${hostname()}`);
  expect(existsSync(`${one}.worktrees/${feature_id}/exp-a`)).toBe(true);
  expect(existsSync(`${other}.worktrees`)).toBe(false);

  const again = await shards.import(api.path, e2e.path);
  expect(again.stdout).toMatch(/api\.tgz: already merged, exp-a api of .* in C1\n.*e2e\.tgz: already merged/);
  expect(again.exitCode).toBe(0);
  expect(await readOutcomes(shards.ref())).toEqual(outcomes);

  const here = await startCli(shards.workspace, ["run", feature_id]);
  expect(here.exitCode, here.stdout).toBe(0);
  const measured = await server.call(comparison, "compare_experiments", { feature_id });
  expect([measured.recommendation, measured.matrix]).toEqual([answer.recommendation, answer.matrix]);
});
