import { join } from "node:path";
import pg from "pg";
import { expect, test } from "vitest";
import { startCli } from "../support/cli.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";
import { script } from "../support/plans.ts";
import { findSuitePid, loggedScript, openGate, prepareRun, waitFor } from "../support/runs.ts";

test("run prints each state change as a line without a terminal, and its exit status reports the outcome", async () => {
  const feature = await prepareRun(
    (workspace) => ({
      suites: {
        // Until the command has shown that it is on.
        api: loggedScript(workspace, `await gate("${join(workspace, "gate")}");`),
        e2e: loggedScript(workspace, `process.exitCode = slug === "exp-b" && cycle !== "nightly" ? 1 : 0;`),
        infra: { ...script(""), report: { format: "tap", path: "none.tap" } },
      },
    }),
    ["exp-a", "exp-b"],
  );
  const { workspace, feature_id } = feature;
  const running = startCli(workspace, ["run", feature_id, "--tags", "api,e2e"]);
  for await (const line of running)
    if (line.startsWith("exp-a running")) await openGate(join(workspace, "gate"));
  const failed = await running;
  expect(failed).toMatchObject({ exitCode: 2, stderr: "" });
  const [first = "", ...lines] = failed.stdout.split("\n");
  expect(first).toMatch(new RegExp(`^run-\\S+ ${feature_id} C1$`));
  expect(lines).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^exp-a running \w+/),
      "exp-a succeeded, api 1/0, e2e 1/0",
      "exp-b failed, api 1/0, e2e 0/1",
      expect.stringMatching(/^run-\S+ finished after [\d.]+ s: 1 of 2 succeeded, at most 2 at once$/),
      `Next: lakebase-experiments compare ${feature_id}`,
    ]),
  );

  const passed = await startCli(workspace, [
    ...["run", feature_id, "exp-a", "exp-b", "--tags=api,e2e", "--cycle", "nightly"],
    ...["--concurrency", "1", "--repeat", "2"],
  ]);
  expect(passed.exitCode).toBe(0);
  expect(passed.stdout).toMatch(/nightly\n.*finished after .*2 of 2 succeeded, at most 1 at once/s);

  const unproven = await startCli(workspace, ["run", feature_id, "exp-a", "--tags", "infra"]);
  expect(unproven.exitCode).toBe(2);
  expect(unproven.stdout).toContain("exp-a infra: its report none.tap is missing");

  const listed = await startCli(workspace, ["runs", feature_id]);
  expect(listed.exitCode).toBe(0);
  expect(listed.stdout.split("\n").map((line) => line.split(/\s+/).slice(1, 4))).toEqual([
    [feature_id, "C2", "finished"],
    [feature_id, "nightly", "finished"],
    [feature_id, "C1", "finished"],
  ]);
});

test("Ctrl-C leaves the run going and says how to follow it; wait and cancel work on it afterwards", async () => {
  const feature = await prepareRun(
    (workspace) => ({
      suites: { api: loggedScript(workspace, `await gate("${join(workspace, "gate")}");`) },
    }),
    ["exp-a"],
  );
  const { workspace, feature_id, server } = feature;
  const running = startCli(workspace, ["run", feature_id]);
  await findSuitePid(workspace, "exp-a", "api");
  running.kill("SIGINT");
  const left = await running;
  expect(left.exitCode).toBe(130);
  const [, runId = ""] = /wait (run-\S+);.*cancel run-/.exec(left.stderr) ?? [];
  expect((await waitFor(server, runId, () => true)).state).toBe("running");

  const waiting = startCli(workspace, ["wait", runId]);
  const cancelled = await startCli(workspace, ["cancel", runId]);
  expect(cancelled.exitCode).toBe(0);
  expect(cancelled.stdout).toContain(`${runId} cancelled by cancel_run`);
  expect(await waiting).toMatchObject({ exitCode: 3 });
  expect((await startCli(workspace, ["wait", runId])).exitCode).toBe(3);

  await openGate(join(workspace, "gate"));
  expect((await startCli(workspace, ["run", feature_id])).exitCode).toBe(0);
});

test("a command whose output nobody reads ends as it would have, and stops following a run", async () => {
  const help = startCli(await temporaryFolder(), ["--help"]);
  help.stdout.destroy();
  expect(await help).toMatchObject({ exitCode: 0, stderr: "" });

  const { server, workspace, feature_id } = await prepareRun(
    (folder) => ({ suites: { api: loggedScript(folder, `await gate("${folder}/gate")`) } }),
    ["exp-a"],
  );
  const running = startCli(workspace, ["run", feature_id]);
  running.stdout.once("data", () => running.stdout.destroy());
  const { exitCode, stderr } = await running;
  expect([exitCode, stderr]).toEqual([130, expect.stringContaining("The run continues.")]);
  await openGate(join(workspace, "gate"));
  const [, run_id = ""] = /wait (run-\S+);/.exec(stderr) ?? [];
  expect((await waitFor(server, run_id)).results).toMatchObject([{ status: "succeeded" }]);
});

test("exec runs a command in an experiment's environment and returns its exit status", async () => {
  const feature = await prepareRun((workspace) => ({ suites: { api: loggedScript(workspace) } }), ["exp-a"]);
  const { workspace, feature_id } = feature;
  const source = `console.log(process.env.EXPERIMENT_SLUG, process.env.DATABASE_URL.includes(process.env.PGHOST),
    process.env.PGHOSTADDR, process.cwd(), process.argv.slice(1).join(" ")); process.exitCode = 7`;
  const command = [process.execPath, "-e", source, "--", "--tags", "x"];
  const ended = await startCli(workspace, ["exec", feature_id, "exp-a", "--", ...command], {
    PGHOSTADDR: "192.0.2.1",
  });
  expect(ended).toMatchObject({
    exitCode: 7,
    stdout: `exp-a true undefined ${workspace} --tags x`,
    stderr: "",
  });

  const killed = ["exec", feature_id, "exp-a", "--", process.execPath, "-e", "process.kill(process.pid, 9)"];
  expect((await startCli(workspace, killed)).exitCode).toBe(137);
  const missing = await startCli(workspace, ["exec", feature_id, "exp-a", "--", "no-such-program"]);
  expect(missing).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("command_not_found") });
});

test("exec says at once why a login was refused, and continues when a retry succeeds", async () => {
  const { workspace, feature_id } = await prepareRun(() => ({ suites: { api: script("") } }), ["exp-a"]);
  const source = "console.log(process.env.DATABASE_URL)";
  const command = ["exec", feature_id, "exp-a", "--", process.execPath, "-e", source];
  const { stdout: url } = await startCli(workspace, command);
  const client = new pg.Client({ connectionString: url.replace("/databricks_postgres", "/postgres") });
  await client.connect();
  const allowLogins = (allowed: boolean) =>
    client.query(`ALTER DATABASE databricks_postgres ALLOW_CONNECTIONS ${allowed}`);
  await allowLogins(false);
  const running = startCli(workspace, command);
  const said: string[] = [];
  for await (const line of running.iterable({ from: "stderr" })) {
    said.push(line);
    await allowLogins(true);
  }
  expect(await running).toMatchObject({ exitCode: 0 });
  expect(said).toEqual([
    expect.stringMatching(
      /^Branch \S+ refused the login: .*not currently accepting connections.*Trying again/,
    ),
  ]);
  await client.end();
});

test("exec gives a command the plan's variables, except those that only a run has", async () => {
  const env = { SHOP_URL: "$DATABASE_URL", REPORTS: "$ARTIFACTS_DIR/x" };
  const feature = await prepareRun(
    (workspace) => ({ env, suites: { api: loggedScript(workspace) } }),
    ["exp-a"],
  );
  const source = "console.log(process.env.SHOP_URL === process.env.DATABASE_URL, process.env.REPORTS)";
  const command = ["exec", feature.feature_id, "exp-a", "--", process.execPath, "-e", source];
  expect(await startCli(feature.workspace, command)).toMatchObject({ exitCode: 0, stdout: "true undefined" });
});

test.each([
  [["run", "F-none"], /^unknown_feature: .*\n.* init FEATURE /],
  [["run", "F-none", "--repeat", "x"], /^unknown_feature: /],
  [["run", "../x"], /^invalid_name: /],
  [["wait", "../x"], /^invalid_name: .*a run_id looks like/],
  [["cancel", "run-20260101T000000-00000000"], /^unknown_run: /],
  [["exec", "F-none", "exp-a"], /^invalid_input: exec needs COMMAND/],
  [["run", "F-none", "--frequency", "2"], /^invalid_input: .*--frequency/],
])("refuses %j and says what to do next", async (args, message) => {
  const { exitCode, stdout, stderr } = await startCli(await temporaryFolder(), args);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  expect(stderr).toMatch(message);
});
