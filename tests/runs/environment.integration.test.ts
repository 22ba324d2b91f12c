import { spawnSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { script } from "../support/plans.ts";
import { temporaryRepository } from "../support/repository.ts";
import { prepareRun, waitFor } from "../support/runs.ts";
import { isSkipped } from "../support/vitest/skip.ts";

const hasPytest = spawnSync("python3", ["-m", "pytest", "--version"]).status === 0;

/** Prints variables as JSON, and those that hold the login as whether they are what they should be. */
const printVariables = `
  const { env } = process;
  console.log(JSON.stringify({
    cwd: require("node:path").basename(process.cwd()),
    main: env.MAIN_CHECKOUT,
    endpoint: env.LAKEBASE_ENDPOINT,
    mapped: env.TEST_DATABASE_URL === env.DATABASE_URL,
    jdbc: env.JDBC_URL === "jdbc:postgresql://" + env.PGHOST + ":" + env.PGPORT + "/" + env.PGDATABASE,
    mode: env.MODE,
  }));
  console.log(env.LOGIN, Buffer.from(env.LOGIN).toString("base64"), env.JDBC_LOGIN);`;

test("gives commands the plan's variables in their folder, and keeps no login", async () => {
  const feature = await prepareRun(
    () => ({
      env: {
        TEST_DATABASE_URL: "$DATABASE_URL",
        JDBC_URL: "jdbc:postgresql://$PGHOST:$PGPORT/$PGDATABASE",
        MODE: "plan",
        LOGIN: "user=$PGUSER;password=$PGPASSWORD",
        JDBC_LOGIN: "$PGHOST?password=$PGPASSWORD",
      },
      setup: [
        [process.execPath, "-e", printVariables],
        { command: [process.execPath, "-e", "console.log(process.cwd())"], cwd: "server" },
      ],
      suites: {
        api: { ...script(printVariables), cwd: "server", env: { MODE: "suite in $EXPERIMENT_SLUG" } },
        infra: { ...script(""), env: { URL: "$DATABSE_URL" } },
        e2e: { ...script(""), cwd: "no-such-folder" },
      },
    }),
    ["exp-a"],
  );
  const { workspace } = feature;
  await mkdir(join(workspace, "server"));
  const run = await waitFor(feature.server, (await feature.start()).run_id);
  const result = run.results[0];
  expect(result?.by_tag).toEqual({ api: { passed: 1, failed: 0 } });
  expect(result?.no_evidence).toMatchObject({
    infra: expect.stringContaining("$DATABSE_URL, which is not set"),
    e2e: expect.stringContaining("no-such-folder"),
  });

  const [facts = "", secrets] = (await feature.artifact("exp-a", "api/stdout.log")).split("\n");
  const shared = { main: workspace, mapped: true, jdbc: true };
  expect(JSON.parse(facts)).toEqual({
    ...shared,
    cwd: "server",
    mode: "suite in exp-a",
    endpoint: expect.stringMatching(/^projects\/.*\/branches\/.*\/endpoints\/./),
  });
  // The last characters of base64 also hold bits of what follows.
  expect(secrets).toMatch(/^\[redacted\] \[redacted\].{0,3} \[redacted\]$/);
  const [setup = ""] = (await feature.artifact("exp-a", "setup/stdout.log")).split("\n");
  expect(JSON.parse(setup)).toMatchObject({ ...shared, mode: "plan" });
  expect(await feature.artifact("exp-a", "setup/step-2/stdout.log")).toBe(`${join(workspace, "server")}\n`);
});

test("stops a setup at the failed step, and says which one it was", async () => {
  const step = (source: string) => [process.execPath, "-e", source];
  const feature = await prepareRun(
    () => ({
      setup: [step(""), step("process.exit(4)"), step("console.log('never')")],
      suites: { api: script("") },
    }),
    ["exp-a"],
  );
  const run = await waitFor(feature.server, (await feature.start()).run_id);
  expect(JSON.stringify(run.results[0])).toContain("step 2 of 3");
  expect(JSON.stringify(run.results[0])).toContain("setup/step-2/stdout.log");
  await expect(feature.artifact("exp-a", "setup/step-3/stdout.log")).rejects.toThrow(/ENOENT/);
});

test("makes a suite's runner run its tests instead of repeating cached results", async () => {
  const print = script(
    "const { GOFLAGS, TURBO_FORCE, NX_SKIP_NX_CACHE: nx } = process.env; console.log(GOFLAGS, TURBO_FORCE, nx)",
  );
  const setup = [process.execPath, "-e", "console.log(process.env.GOFLAGS)"];
  const suites = {
    api: print,
    own: { ...print, env: { GOFLAGS: "$GOFLAGS -v" } },
    other: { ...print, env: { GOFLAGS: "-v", TURBO_FORCE: "false" } },
  };
  const plan = () => ({ setup, suites });
  const feature = await prepareRun(plan, ["exp-a"], { GOFLAGS: "-mod=mod" });
  await waitFor(feature.server, (await feature.start()).run_id);
  expect(await feature.artifact("exp-a", "setup/stdout.log")).toBe("-mod=mod\n");
  expect(await feature.artifact("exp-a", "api/stdout.log")).toBe("-mod=mod -count=1 true true\n");
  expect(await feature.artifact("exp-a", "own/stdout.log")).toBe("-mod=mod -count=1 -v true true\n");
  expect(await feature.artifact("exp-a", "other/stdout.log")).toBe("-v -count=1 true true\n");
});

test.skipIf(isSkipped(!hasPytest, "no python3 with pytest: pytest's cache is not tested"))(
  "has pytest run all tests, even if its settings leave out those that passed before",
  async () => {
    const { directory, commit } = await temporaryRepository();
    await commit("main", {
      "pytest.ini": "[pytest]\naddopts = --lf\n",
      "test_shop.py": "import os\ndef test_a(): pass\ndef test_b(): assert os.environ['CYCLE_ID'] == 'C2'\n",
      ".gitignore": "__pycache__\n.pytest_cache\n",
    });
    const suite = {
      command: ["python3", "-m", "pytest", "--junitxml=$ARTIFACTS_DIR/junit.xml"],
      report: { format: "junit", path: "junit.xml" },
    };
    const feature = await prepareRun(() => ({ suites: { api: suite } }), ["exp-a"], {}, directory);
    const run = async () => waitFor(feature.server, (await feature.start()).run_id);

    expect((await run()).results).toMatchObject([{ by_tag: { api: { passed: 1, failed: 1 } } }]);
    expect((await run()).results).toMatchObject([{ by_tag: { api: { passed: 2, failed: 0 } } }]);
  },
);
