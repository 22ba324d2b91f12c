import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startCli } from "../support/cli.ts";
import { prepareFailing } from "../support/failing-runs.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";
import { countStarts, loggedScript, prepareRun, waitFor } from "../support/runs.ts";

test("does not measure an unreachable experiment, and keeps its earlier counts", async () => {
  const feature = await prepareFailing((workspace) => ({ suites: { api: loggedScript(workspace) } }));
  await feature.failCalls("get-branch", "Error: branch id not found");
  expect((await feature.run({}, await feature.startAnother())).results).toMatchObject([
    { status: "not_measured", error: { code: "branch_gone" } },
    { status: "not_measured" },
  ]);
  expect(await feature.outcomes("exp-a")).toBeUndefined();
  await feature.recover();
  expect((await feature.run()).results).toMatchObject([{ status: "succeeded" }, { status: "succeeded" }]);
  const before = await feature.outcomes("exp-a");

  await feature.failCalls("generate-database-credential", "Error: cannot configure default credentials");
  const run = await feature.run({}, await feature.startAnother());

  expect(run.results).toMatchObject([
    { status: "not_measured", by_tag: {}, error: { code: "not_authenticated" } },
    { status: "not_measured", by_tag: {}, error: { code: "not_authenticated" } },
  ]);
  expect(run.next_step).toMatch(
    /^Not measured: exp-a, exp-b\. Log in again: .*run_experiments for them again\.$/,
  );
  expect(await feature.outcomes("exp-a")).toEqual(before);
  expect((await feature.timeline("exp-a")).at(-1)).toMatchObject({
    kind: "attempt",
    run_id: run.run_id,
    cycle_id: "C3",
    error: { code: "not_authenticated", hint: expect.stringContaining("databricks auth login") },
  });
});

test("ends a suite, and does not measure it, when its branch turns out to be gone", async () => {
  const feature = await prepareFailing((workspace) => ({
    suites: { api: loggedScript(workspace, 'await gate("never");') },
  }));
  // The server's login still opens the branch, so that the suite starts.
  await feature.failCalls("postgres", "Error: branch id not found");

  const { results } = await feature.run();

  expect(results).toMatchObject([
    { status: "not_measured", by_tag: {}, error: { code: "branch_gone" } },
    { status: "not_measured", by_tag: {}, error: { code: "branch_gone" } },
  ]);
  expect(await countStarts(feature.workspace, "exp-a", "api")).toBe(1);
});

test("counts a failed setup as the experiment's failure, and names its log", async () => {
  const feature = await prepareFailing((workspace) => ({
    setup: ["sh", "-c", 'echo no such table >&2; test "$EXPERIMENT_SLUG" = exp-b'],
    suites: { api: loggedScript(workspace) },
  }));

  expect((await feature.run()).results).toMatchObject([
    { status: "failed", by_tag: {}, error: { code: "setup_failed" } },
    { status: "succeeded" },
  ]);
  expect((await feature.outcomes("exp-a"))?.evidence?.setup_failed).toEqual({
    reason: "The setup command exited with status 1.",
    artifact: "setup/stderr.log",
  });
});

test("does not count a setup as failed that cannot be tried on a fresh branch, to see whether it only cannot run twice", async () => {
  const feature = await prepareFailing((workspace) => ({
    setup: ["sh", "-c", 'test "$CYCLE_ID" = C1'],
    suites: { api: loggedScript(workspace) },
  }));
  await feature.run({ experiment_slugs: ["exp-a"] });
  await feature.failCalls("create-branch", "Error: branch limit exceeded");

  expect((await feature.run({ experiment_slugs: ["exp-a"] })).results).toMatchObject([
    { status: "not_measured", by_tag: {}, error: { message: expect.stringContaining("fresh branch") } },
  ]);
  await feature.recover();
  expect((await feature.run({ experiment_slugs: ["exp-a"] })).results).toMatchObject([
    { status: "failed", error: { code: "setup_failed" } },
  ]);
});

test("does not count a setup as failed that lacks what only the main checkout has", async () => {
  const feature = await prepareFailing((workspace) => ({
    setup: ["test", "-e", "node_modules/migrate"],
    suites: { api: loggedScript(workspace) },
  }));
  await mkdir(join(feature.workspace, "node_modules/left-pad"), { recursive: true });

  expect((await feature.run({ experiment_slugs: ["exp-a"] })).results).toMatchObject([
    { status: "not_measured", by_tag: {}, error: { code: "worktree_not_prepared" } },
  ]);
  expect((await feature.outcomes("exp-a"))?.evidence?.setup_failed).toBeUndefined();
});

test("counts no failure of what looked for its database elsewhere than on its branch", async () => {
  const missed = 'connection to server at "localhost" (::1), port 5432 failed: Connection refused';
  const fail = (where: string) => `echo '${where}' >&2; exit 1`;
  const feature = await prepareFailing((workspace) => ({
    setup: ["sh", "-c", `if test $EXPERIMENT_SLUG = exp-b; then ${fail(missed)}; fi`],
    suites: {
      api: { command: ["sh", "-c", fail(missed)], report: { format: "exit-code" } },
      e2e: loggedScript(workspace),
    },
  }));

  expect((await feature.run()).results).toMatchObject([
    {
      status: "not_measured",
      by_tag: { e2e: { passed: 1, failed: 0 } },
      error: {
        code: "database_foreign",
        message: expect.stringContaining("localhost"),
        hint: expect.stringContaining("env"),
      },
    },
    { status: "not_measured", by_tag: {}, error: { code: "database_foreign" } },
  ]);
  expect((await feature.outcomes("exp-b"))?.evidence?.setup_failed).toBeUndefined();
});

test.each([
  ["a setup that is killed", "kill -9 $$"],
  ["a setup whose shell says that its program was killed", "sh -c 'kill -9 $$'; exit $?"],
])("does not count %s as failed", async (_what, code) => {
  const feature = await prepareFailing((workspace) => ({
    setup: ["sh", "-c", code],
    suites: { api: loggedScript(workspace), schema: { builtin: "migrations" } },
  }));

  expect((await feature.run({ experiment_slugs: ["exp-a"] })).results).toMatchObject([
    { status: "not_measured", by_tag: {}, error: { code: "setup_stopped", retryable: true } },
  ]);
  expect((await feature.outcomes("exp-a"))?.evidence?.setup_failed).toBeUndefined();
  expect(await feature.compare()).toMatchObject({ recommendation: "continue" });
});

test("keeps the other tags' counts when one tag runs again, and says from which run and commit they are", async () => {
  const feature = await prepareFailing((workspace) => ({
    suites: { api: loggedScript(workspace), e2e: loggedScript(workspace) },
  }));
  const options = { experiment_slugs: ["exp-a"] };
  const first = await feature.run(options);
  const second = await feature.run({ ...options, tags: ["api"] });

  const outcomes = await feature.outcomes("exp-a");
  expect(outcomes).toMatchObject({ status: "succeeded", tests_passed: 2 });
  const commit = await feature.git("rev-parse", "HEAD");
  expect(outcomes?.evidence?.by_tag).toMatchObject({
    api: { source: { run_id: second.run_id, cycle_id: "C2", commit, dirty: false } },
    e2e: { source: { run_id: first.run_id, cycle_id: "C1", commit, dirty: false } },
  });
});

test("a suite that finds its port in use fails when it runs alone, and is not measured beside others", async () => {
  const inUse = `if (slug === "exp-b") { console.error("Error: listen EADDRINUSE: :::1"); process.exitCode = 1; }`;
  const feature = await prepareFailing((workspace) => ({ suites: { e2e: loggedScript(workspace, inUse) } }));

  expect((await feature.run()).results).toMatchObject([
    { status: "succeeded" },
    {
      status: "not_measured",
      error: { code: "port_taken", message: expect.stringContaining("EADDRINUSE: :::1") },
    },
  ]);
  expect((await feature.run({ experiment_slugs: ["exp-b"] })).results).toMatchObject([
    { status: "failed", by_tag: { e2e: { passed: 0, failed: 1 } } },
  ]);
});

test.runIf(process.platform === "linux")(
  "does not measure a suite that finds its port in use by another program, even alone",
  async () => {
    const server = createServer().listen(0);
    onTestFinished(() => void server.close());
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const inUse = `console.error("Error: listen EADDRINUSE: :::${port}"); process.exitCode = 1;`;
    const feature = await prepareRun(
      (workspace) => ({ suites: { e2e: loggedScript(workspace, inUse) } }),
      ["exp-a"],
    );
    expect((await waitFor(feature.server, (await feature.start()).run_id)).results).toMatchObject([
      {
        status: "not_measured",
        error: { code: "port_taken", hint: expect.stringContaining(`listens on port ${port}`) },
      },
    ]);
  },
);

test.runIf(process.platform === "linux")("does not measure a suite that uses another branch", async () => {
  const place = join(await temporaryFolder(), "place.json");
  // It holds the connection for longer than it takes to be seen.
  const useOther = `if (slug !== "exp-a") return;
    const { host, port } = JSON.parse(fs.readFileSync(${JSON.stringify(place)}, "utf8"));
    const client = require("node:net").connect(port, host);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    client.destroy();`;
  const feature = await prepareRun(
    (workspace) => ({ suites: { api: loggedScript(workspace, useOther) } }),
    ["exp-a", "exp-b"],
  );
  const print = `console.log(JSON.stringify({ host: process.env.PGHOST, port: process.env.PGPORT }))`;
  const args = ["exec", feature.feature_id, "exp-b", "--", "node", "-e", print];
  await writeFile(place, (await startCli(feature.workspace, args)).stdout);

  const run = await waitFor(feature.server, (await feature.start()).run_id);

  expect(run.results).toMatchObject([
    { status: "not_measured", by_tag: {}, error: { code: "database_foreign" } },
    { status: "succeeded", by_tag: { api: { passed: 1, failed: 0 } } },
  ]);
  expect(await feature.compare()).toMatchObject({ recommendation: "continue" });
});
