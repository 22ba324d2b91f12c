import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Suite } from "../../schemas/plan.ts";
import { CoreError, messageOf } from "../core-error.ts";
import { writeArtifact } from "../experiments/artifacts.ts";
import type { Experiment } from "../experiments/experiments.ts";
import { runDirectory } from "../experiments/layout.ts";
import type { Connection } from "../lakebase/connection.ts";
import { collectArtifacts } from "./collect.ts";
import { type CommandEnd, runCommand } from "./command.ts";
import { commandEnvironment, secretsOf } from "./environment.ts";
import { judgeSuite, type SuiteVerdict } from "./evidence.ts";
import { createRedactor } from "./redact.ts";

/** What every command of one experiment's cycle shares. */
export interface CycleScope {
  runId: string;
  cycleId: string;
  experiment: Experiment;
  connection: Connection;
  signal: AbortSignal;
}

const setupTimeoutMs = 600_000;

/** Runs the plan's setup command. @throws CoreError `setup_failed` with the log to read */
export async function runSetup(scope: CycleScope, argv: readonly string[]): Promise<void> {
  const end = await runAndCollect(scope, "setup", argv, setupTimeoutMs, async (commandEnd) => commandEnd);
  if (end.exitCode === 0 && end.stoppedBy === null) return;
  const how =
    end.stoppedBy === null ? `exited with status ${end.exitCode}` : `was stopped (${end.stoppedBy})`;
  throw new CoreError("setup_failed", `The setup command ${how}.`, {
    hint: "Read the artifacts setup/stdout.log and setup/stderr.log of this cycle.",
  });
}

/** Runs one suite and keeps what it left. A suite that cannot run is a verdict, not an error. */
export async function runSuite(
  scope: CycleScope,
  tag: string,
  suite: Suite,
): Promise<SuiteVerdict & { durationMs: number }> {
  const begin = performance.now();
  const verdict = await runAndCollect(
    scope,
    tag,
    suite.command,
    suite.timeout_seconds * 1000,
    (end, directory, redactor) => judgeSuite(tag, suite, end, directory, redactor),
  ).catch((error: unknown): SuiteVerdict => {
    if (!(error instanceof CoreError)) throw error;
    return { state: "no_evidence", reason: messageOf(error), cases: [] };
  });
  await writeArtifact(scope.experiment, scope.cycleId, `${tag}.cases.json`, casesFile(tag, verdict));
  return { ...verdict, durationMs: performance.now() - begin };
}

function casesFile(tag: string, verdict: SuiteVerdict): string {
  return `${JSON.stringify({ tag, cases: verdict.cases }, null, 2)}\n`;
}

async function runAndCollect<Result>(
  { runId, cycleId, experiment, connection, signal }: CycleScope,
  tag: string,
  argv: readonly string[],
  timeoutMs: number,
  judge: (end: CommandEnd, directory: string, redactor: ReturnType<typeof createRedactor>) => Promise<Result>,
): Promise<Result> {
  const redactor = createRedactor(secretsOf(connection));
  const directory = join(runDirectory(experiment.workspace, runId), "work", experiment.experiment_slug, tag);
  await rm(directory, { recursive: true, force: true });
  const environment = commandEnvironment(connection, {
    experiment,
    cycleId,
    tag,
    artifactsDirectory: directory,
  });
  try {
    const end = await runCommand({
      argv,
      directory: experiment.workspace,
      environment,
      logDirectory: directory,
      redactor,
      timeoutMs,
      signal,
    });
    return await judge(end, directory, redactor);
  } finally {
    await collectArtifacts(experiment, cycleId, tag, directory, redactor);
  }
}
