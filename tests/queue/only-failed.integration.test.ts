import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { createQueueUrl, startQueueWorker } from "../support/queue/queue.ts";
import { temporaryRepository } from "../support/repository.ts";
import { prepareRun, waitFor } from "../support/runs.ts";

/** Two tests, of which the second fails if the design says so. */
const tests = `
  import { readFileSync } from "node:fs";
  import { expect, test } from ${JSON.stringify(resolve("node_modules/vitest/dist/index.js"))};
  const design = JSON.parse(readFileSync("design.json", "utf8"));
  test("costs", () => {});
  test("ships", () => expect(design.ships).toBe(true));`;

test("on a worker, a run of what failed runs the failed tests first, then the whole suite", {
  timeout: 600_000,
}, async () => {
  const shop = await temporaryRepository();
  await shop.commit("main", {
    "shop.test.ts": tests,
    "design.json": '{"ships":true}',
    ".gitignore": ".tdd\n",
  });
  const command = [
    ...[resolve("node_modules/.bin/vitest"), "run", "--reporter=json"],
    "--outputFile=$ARTIFACTS_DIR/api.json",
  ];
  const api = { command, report: { format: "vitest-json", path: "api.json" } };
  const url = await createQueueUrl();
  const run = await prepareRun(
    () => ({ suites: { api } }),
    ["exp-a", "exp-b"],
    { LAKEBASE_QUEUE_URL: url },
    shop.directory,
  );
  const code = `${shop.directory}.worktrees/${run.feature_id}/exp-a`;
  await writeFile(join(code, "design.json"), '{"ships":false}');
  await shop.git("-C", code, "commit", "--quiet", "--all", "--message", "design");
  const worker = await startQueueWorker(shop.directory, url);
  const measure = async (options: object) => waitFor(run.server, (await run.start(options)).run_id);
  const first = await measure({});
  expect(first, worker.output()).toMatchObject({ results: [{ status: "failed" }, { status: "succeeded" }] });
  expect(first.results[0]).not.toHaveProperty("failed_first");

  const again = await measure({ only_failed: true });
  expect(again.results).toMatchObject([
    {
      experiment_slug: "exp-a",
      status: "failed",
      by_tag: { api: { passed: 1, failed: 1 } },
      failed_first: { api: "run first, 1 of 1 failed again" },
    },
  ]);
  expect(again.results).toHaveLength(1);
});
