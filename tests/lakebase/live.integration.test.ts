import { resolve } from "node:path";
import { execa } from "execa";
import { describe, expect, inject, test } from "vitest";
import { type Lakebase, openLakebase } from "../../src/lakebase/lakebase.ts";
import { getProject } from "../../src/lakebase/projects.ts";
import { parseLiveOptions } from "../live/options.ts";
import { runLive } from "../live/run-live.ts";
import { missingTarget } from "../live/target.ts";
import { deleteProject } from "../support/projects.ts";

const emulator = resolve("dist/lakebase-local.js");
const unset = { LAKEBASE_TEST_HOST: "", DATABRICKS_HOST: "", DATABRICKS_CONFIG_PROFILE: "" };
const env = () => ({
  ...process.env,
  ...unset,
  LAKEBASE_CLI: emulator,
  LAKEBASE_LOCAL_HOME: inject("localHome"),
});
const made = /project (live-[0-9a-z-]+)/;

const target = (project: string): Lakebase => openLakebase({ command: [emulator], project, env: env() });
const isThere = (project: string) =>
  getProject(target(project)).then(
    () => true,
    () => false,
  );

test("the live tests pass on the emulator, run by the same command as on Lakebase", async () => {
  const { exitCode, all = "" } = await execa("npm", ["run", "test:live", "--", "--no-prompt", "--teardown"], {
    ...{ env: env(), extendEnv: false, all: true, reject: false },
  });
  expect({ exitCode, all }).toEqual({
    exitCode: 0,
    all: expect.stringMatching(/[1-9][0-9]* passed, 0 failed, 0 skipped/),
  });
  const [, project = ""] = made.exec(all) ?? [];
  expect(all).toContain(`Removed project ${project}.`);
  expect(await isThere(project)).toBe(false);
});

describe("a live run", () => {
  const run = async (
    args: string[],
    results: { passed: number; failed: number; skipped: number },
    extra = {},
  ) => {
    const said: string[] = [];
    const given: NodeJS.ProcessEnv[] = [];
    const status = await runLive(parseLiveOptions(args), {
      env: { ...env(), ...extra },
      runTests: async (testEnv) => {
        given.push(testEnv);
        return results;
      },
      say: (line) => said.push(line),
    });
    const [, project = ""] = made.exec(said.join("\n")) ?? [];
    return { status, said: said.join("\n"), project, given };
  };
  const green = { passed: 3, failed: 0, skipped: 0 };

  test("keeps its project after a failure, even with --teardown, and gives its tests every variable they need", async () => {
    const { status, said, project, given } = await run(["--no-prompt", "--teardown"], {
      ...green,
      failed: 1,
    });
    expect(status).toBe(1);
    expect(said).toContain(
      `Project ${project} stays: not every test passed. Run on it again with --project ${project}.`,
    );
    expect(missingTarget(given[0] ?? {})).toBeNull();
    expect(given[0]?.LAKEBASE_TEST_DEFAULT_BRANCH).toBe("production");
    expect(await isThere(project)).toBe(true);
    await deleteProject(target(project));
  });

  test("fails if tests were skipped", async () => {
    const { status } = await run(["--project", "local"], { passed: 0, failed: 0, skipped: 3 });
    expect(status).toBe(1);
  });

  test("neither creates nor removes a named project", async () => {
    const { status, said } = await run(["--project", "local", "--teardown"], green);
    expect({ status, said }).toEqual({ status: 0, said: "3 passed, 0 failed, 0 skipped." });
    expect(await isThere("local")).toBe(true);
  });

  test("runs only on the host that was named", async () => {
    const { status, said, given } = await run(["--project", "local"], green, {
      LAKEBASE_TEST_HOST: "https://elsewhere.example.com",
    });
    expect({ status, given }).toEqual({ status: 0, given: [] });
    expect(said).toMatch(
      /^Live tests skipped: https:\/\/elsewhere.example.com is named, but the CLI acts on http:\/\/127/,
    );

    const [, host = ""] = /acts on (http:\/\/[\d.]+:\d+)/.exec(said) ?? [];
    const on = await run(["--project", "local"], green, { LAKEBASE_TEST_HOST: `${host}/` });
    expect(on.status).toBe(0);
    expect(on.given[0]).toMatchObject({ LAKEBASE_TEST_HOST: host, DATABRICKS_HOST: `${host}/` });
  });

  test("is skipped with a reason if no host was named, even if the CLI has a default", async () => {
    const unnamed = { LAKEBASE_CLI: "", DATABRICKS_CONFIG_PROFILE: "", DATABRICKS_HOST: "" };
    const { status, said, given } = await run([], green, unnamed);
    expect({ status, given }).toEqual({ status: 0, given: [] });
    expect(said).toMatch(/^Live tests skipped: no host is named.*LAKEBASE_TEST_HOST.*--profile/);
  });

  test("is skipped with a reason, without failing, if there is nothing to run against", async () => {
    const { status, said, given } = await run([], green, { LAKEBASE_CLI: "/nowhere/databricks" });
    expect({ status, given }).toEqual({ status: 0, given: [] });
    expect(said).toBe("Live tests skipped: The program /nowhere/databricks could not be started.");
  });
});

test("tests name a missing variable", () => {
  expect(
    missingTarget({ LAKEBASE_TEST_CLI: "[]", LAKEBASE_TEST_HOST: "h", LAKEBASE_TEST_PROJECT: "p" }),
  ).toBe("LAKEBASE_TEST_DEFAULT_BRANCH not set: npm run test:live sets them");
});
