import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import * as z from "zod";
import type { Run } from "../../schemas/run.ts";
import { writeArtifact } from "../../src/experiments/artifacts/artifacts.ts";
import { writeRun } from "../../src/runs/journal/journal.ts";
import { tools } from "../../tools/index.ts";
import { branchJson, productionJson } from "../lakebase/fake-cli.ts";
import { temporaryCheckout } from "../support/machine/temporary.ts";
import { script } from "../support/plans.ts";
import { recordCycle } from "../support/records.ts";
import { endWorkers } from "../support/runs.ts";
import { startServer } from "../support/server.ts";

const mostBytes = 8_192;
const count = { experiments: 60, features: 70, branches: 400, artifacts: 300, tests: 40 };
const feature_id = `F-${"long".repeat(14)}`;
const run_id = "run-20260101T000000-01234567";
const fill = (count: number, name: string) =>
  Array.from({ length: count }, (_, n) => `${name}-${n}-`.padEnd(60, "x"));
const slugs = fill(count.experiments, "exp");
const [first = ""] = slugs;

const resultSchema = z.object({
  content: z.array(z.looseObject({ type: z.string() })),
  structuredContent: z.record(z.string(), z.unknown()),
});

test("keeps every tool's answer small by default, and reaches the rest by cursor", async () => {
  const { server, workspace } = await openLargeWorkspace();
  const asked = new Set<string>();
  const ask = async (name: string, args: Record<string, unknown> = {}) => {
    asked.add(name);
    const result = resultSchema.parse(await server.client.callTool({ name, arguments: args }));
    const text = result.content.filter(({ type }) => type === "text");
    const sizes = {
      structured: Buffer.byteLength(JSON.stringify(result.structuredContent)),
      text: Buffer.byteLength(text.map((block) => String(block.text)).join("")),
    };
    expect(Math.max(sizes.structured, sizes.text), `${name} ${JSON.stringify(args)}`).toBeLessThanOrEqual(
      mostBytes,
    );
    return result.structuredContent;
  };
  /** The names that all pages have in a list. */
  const askAll = async (name: string, args: Record<string, unknown>, list: string, key: string) => {
    const seen: unknown[] = [];
    for (let cursor: unknown; cursor !== null; ) {
      const answer = await ask(name, cursor === undefined ? args : { ...args, cursor });
      seen.push(
        ...z
          .array(z.looseObject({}))
          .parse(answer[list])
          .map((item) => item[key]),
      );
      cursor = z.string().nullable().parse(answer.next_cursor);
    }
    return seen;
  };
  const experiment = { feature_id, experiment_slug: first };
  const cycle = { ...experiment, cycle_id: "C1" };

  expect(new Set(await askAll("get_status", {}, "features", "feature_id")).size).toBe(count.features + 1);
  expect(await askAll("get_status", { feature_id }, "experiments", "experiment_slug")).toHaveLength(
    slugs.length,
  );
  expect(await askAll("list_branches", {}, "branches", "branch")).toHaveLength(count.branches + 1);
  const artifacts = await askAll("list_artifacts", experiment, "artifacts", "name");
  expect(new Set(artifacts).size).toBeGreaterThanOrEqual(count.artifacts);
  for (const detail of ["summary", "rows"])
    expect(
      await askAll("compare_experiments", { feature_id, detail }, "rows", "experiment_slug"),
    ).toHaveLength(slugs.length);
  expect(
    new Set(await askAll("compare_experiments", { feature_id, detail: "tests" }, "tests_apart", "name")).size,
  ).toBe(count.tests);
  expect(
    await askAll("compare_experiments", { feature_id, detail: "history" }, "history", "cycle_id"),
  ).toHaveLength(slugs.length);
  for (const detail of ["schema", "metrics"]) await ask("compare_experiments", { feature_id, detail });
  await askAll("clean_up", {}, "leftovers", "name");

  const run = await ask("wait_for_run", { run_id });
  expect(z.array(z.unknown()).parse(run.results).length + Number(run.more_results)).toBe(slugs.length);
  await ask("cancel_run", { run_id });
  for (const name of ["quotes", "bytes"]) {
    const part = await ask("read_artifact", { ...cycle, name });
    expect(part.next_offset).toBeGreaterThan(100);
  }
  const closing = await ask("close_experiments", {
    feature_id,
    experiment_slugs: slugs.slice(0, 50),
    reason: "x",
  });
  expect(z.array(z.unknown()).parse(closing.experiments).length + Number(closing.more_experiments)).toBe(50);
  await writeFile(
    join(workspace, "package.json"),
    JSON.stringify({
      scripts: Object.fromEntries(
        fill(200, "test").map((name) => [`test:${name.slice(0, 20)}`, "vitest run"]),
      ),
    }),
  );
  await ask("create_plan", { feature_id: "F-new" });
  await ask("create_plan", { feature_id });
  await ask("check_setup");
  await ask("write_artifact", { ...cycle, name: fill(1, "notes").join(), content: "x".repeat(20_000) });
  await ask("record_outcomes", { ...experiment, tag: "api", passed: 1, failed: 0 });
  for (const name of ["promote_experiment", "create_experiments", "run_experiments"])
    await ask(
      name,
      name === "promote_experiment"
        ? experiment
        : {
            feature_id,
            ...(name === "create_experiments" && {
              experiments: slugs.map((experiment_slug) => ({ experiment_slug })),
            }),
          },
    );
  await ask("create_branch", { branch: "x" });
  await ask("delete_branch", { branch: "b".repeat(60) });
  await ask("diff_schema", { from_branch: "x", to_branch: "y" });
  expect([...asked].sort()).toEqual(tools.map(({ name }) => name).sort());
});

/** A workspace with as much in it as records can hold, and a Lakebase that lists branches and does nothing else. */
async function openLargeWorkspace() {
  const workspace = await temporaryCheckout();
  const branches = [productionJson, ...fill(count.branches, "b").map((name) => branchJson(name))];
  await writeFile(join(workspace, "branches.json"), JSON.stringify(branches));
  const cli = join(workspace, "cli");
  const answers = `list-branches) cat "${workspace}/branches.json";; *) echo "Error: ${"no ".repeat(600)}" >&2; exit 1;;`;
  await writeFile(cli, `#!/bin/sh\ncase "$2" in ${answers} esac\n`);
  await chmod(cli, 0o755);
  const server = await startServer({ workspace, env: { LAKEBASE_CLI: cli } });
  onTestFinished(() => endWorkers(workspace));
  const tags = fill(20, "tag").map((tag) => tag.slice(0, 30));
  const suites = Object.fromEntries(["api", ...tags].map((tag) => [tag, script("")]));
  await server.writePlan(feature_id, { suites, budget: { max_branches: 100 } });
  for (const name of fill(count.features, "F")) await server.writePlan(name, { suites: { api: script("") } });
  const names = fill(count.tests, "test").map((name) => name.repeat(4));
  for (const [n, experiment_slug] of slugs.entries()) {
    const tests = Object.fromEntries(
      names.map((name) => [name, n % 2 === 0 ? ("passed" as const) : ("failed" as const)]),
    );
    const other = Object.fromEntries(tags.map((tag) => [tag, { passed: 1 }]));
    await recordCycle({ workspace, feature_id, experiment_slug }, { tags: { api: { tests }, ...other } });
  }
  const ref = { workspace, feature_id, experiment_slug: first };
  for (const name of fill(count.artifacts, "artifact"))
    await writeArtifact(ref, "C1", `deep/${name}`, "text");
  await writeArtifact(ref, "C1", "quotes", '"\u0001'.repeat(10_000));
  await writeArtifact(ref, "C1", "bytes", Buffer.alloc(20_000, 0xff));
  await writeRun(workspace, largeRun);
  return { server, workspace };
}

const largeRun: Run = {
  ...{ run_id, feature_id, cycle_id: "C1", state: "finished", concurrency: 4 },
  ...{ created_at: "2026-01-01T00:00:00Z", peak_in_flight: 4, total_duration_ms: 1 },
  budget: { concurrent_branches: 4, branches: 60, max_branches: 100, wall_clock_minutes: 1, minutes_left: 1 },
  results: slugs.map((experiment_slug) => ({
    ...{ experiment_slug, status: "not_measured" as const, by_tag: {} },
    no_evidence: Object.fromEntries(fill(10, "tag").map((tag) => [tag, "why ".repeat(100)])),
    error: { code: "lakebase_failed", message: "no ".repeat(300), hint: "Try again.", retryable: true },
  })),
};
