import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Lakebase, openLakebase } from "../../src/lakebase/lakebase.ts";
import { getProject } from "../../src/lakebase/projects.ts";
import { createProject, deleteProject } from "../support/projects.ts";
import { findNamedHost, resolveTestHost } from "./host.ts";
import type { LiveOptions } from "./options.ts";

export interface LiveRun {
  env: NodeJS.ProcessEnv;
  /** Runs the tests in this environment. */
  runTests: (env: NodeJS.ProcessEnv) => Promise<{ passed: number; failed: number; skipped: number }>;
  say: (line: string) => void;
}

const graceSeconds = 5;

/**
 * Runs the live tests on a project that is named, or on one that is made for them. A project that was made is
 * removed only when that is asked for and every test passed; otherwise it stays, to look into.
 * @returns the exit status: 0 also where there is nothing to run against
 */
export async function runLive(options: LiveOptions, { runTests, say, ...given }: LiveRun): Promise<number> {
  const named = findNamedHost(given.env);
  // What the CLI goes by; LAKEBASE_TEST_HOST is ours.
  const env = named === undefined ? given.env : { ...given.env, DATABRICKS_HOST: named };
  const command = [env.LAKEBASE_CLI || "databricks"];
  const profileName = options.profile ?? (env.DATABRICKS_CONFIG_PROFILE || undefined);
  const profile = profileName === undefined ? {} : { profile: profileName };
  const project =
    options.project ?? `live-${new Date().toISOString().slice(0, 10)}-${randomBytes(4).toString("hex")}`;
  const lakebase = openLakebase({ command, project, ...profile, env });

  const host = await resolveTestHost(lakebase, env);
  if ("missing" in host) {
    say(`Live tests skipped: ${host.missing}`);
    return 0;
  }
  const isOurs = options.project === undefined;
  if (isOurs) await provision(lakebase, host.host, options, say);

  const { default_branch } = await getProject(lakebase);
  const results = await runTests({
    ...env,
    LAKEBASE_TEST_CLI: JSON.stringify(lakebase.settings.command),
    LAKEBASE_TEST_HOST: host.host,
    LAKEBASE_TEST_PROJECT: project,
    LAKEBASE_TEST_DEFAULT_BRANCH: default_branch ?? "",
    ...(profileName === undefined ? {} : { LAKEBASE_TEST_PROFILE: profileName }),
  });
  const isGreen = results.failed === 0 && results.skipped === 0 && results.passed > 0;
  say(`${results.passed} passed, ${results.failed} failed, ${results.skipped} skipped.`);
  if (isOurs) await settle(lakebase, { isGreen, teardown: options.teardown }, say);
  return isGreen ? 0 : 1;
}

async function provision(
  lakebase: Lakebase,
  host: string,
  { prompt }: LiveOptions,
  say: LiveRun["say"],
): Promise<void> {
  const { project } = lakebase.settings;
  if (prompt) {
    say(
      `In ${graceSeconds} seconds the Lakebase project ${project} is created on ${host}, which costs. Ctrl-C stops.`,
    );
    await sleep(graceSeconds * 1000);
  }
  await createProject(lakebase);
  say(`Created project ${project} on ${host}.`);
}

async function settle(
  lakebase: Lakebase,
  { isGreen, teardown }: { isGreen: boolean; teardown: boolean },
  say: LiveRun["say"],
): Promise<void> {
  const { project } = lakebase.settings;
  if (isGreen && teardown) {
    await deleteProject(lakebase);
    say(`Removed project ${project}.`);
    return;
  }
  const why = isGreen ? "--teardown removes it after a green run" : "not every test passed";
  say(`Project ${project} stays: ${why}. Run on it again with --project ${project}.`);
}
