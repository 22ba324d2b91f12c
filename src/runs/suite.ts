import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Suite } from "../../schemas/plan.ts";
import { CoreError, messageOf } from "../core-error.ts";
import { writeArtifact } from "../experiments/artifacts.ts";
import type { Experiment } from "../experiments/experiments.ts";
import { runDirectory } from "../experiments/layout.ts";
import { codeDirectory } from "../experiments/worktrees.ts";
import type { Connection } from "../lakebase/connection.ts";
import { collectArtifacts } from "./collect.ts";
import { type CommandEnd, runCommand } from "./command.ts";
import { commandEnvironment, secretsOf } from "./environment.ts";
import { judgeSuite, type SuiteVerdict } from "./evidence.ts";
import type { Guard } from "./guard.ts";
import { createRedactor, type Redactor } from "./redact.ts";
import { combineRepeats } from "./repeats.ts";

/** What every command of one experiment's cycle shares. */
export interface CommandScope {
  runId: string;
  cycleId: string;
  experiment: Experiment;
  connection: Connection;
  signal: AbortSignal;
  guard: Guard;
}

const setupTimeoutMs = 600_000;

/**
 * Runs the plan's setup command.
 * @param folder of its artifacts within the cycle
 * @throws CoreError `setup_failed` with the logs to read
 */
export async function runSetup(
  scope: CommandScope,
  argv: readonly string[],
  folder = "setup",
): Promise<void> {
  const command = { tag: "setup", folder, argv, timeoutMs: setupTimeoutMs };
  const end = await runAndCollect(scope, command, async (commandEnd) => commandEnd);
  if (end.exitCode === 0 && end.stoppedBy === null) return;
  const how =
    end.stoppedBy === null ? `exited with status ${end.exitCode}` : `was stopped by a ${end.stoppedBy}`;
  throw new CoreError("setup_failed", `The setup command ${how}.`, {
    hint: `Read the artifacts ${folder}/stdout.log and ${folder}/stderr.log of cycle ${scope.cycleId}.`,
  });
}

/**
 * Runs one suite, as often as asked, and keeps what it left. A suite that cannot run is a verdict, not an error.
 * @param folder of its artifacts within the cycle; the cases that were read stand beside it
 */
export async function runSuite(
  scope: CommandScope,
  { tag, suite, repeat, folder = tag }: { tag: string; suite: Suite; repeat: number; folder?: string },
): Promise<SuiteVerdict> {
  const verdicts: SuiteVerdict[] = [];
  for (let round = 1; round <= repeat; round++) {
    const roundFolder = round === 1 ? folder : `${folder}/repeat-${round}`;
    verdicts.push(await runOnce(scope, tag, suite, roundFolder));
  }
  const verdict = combineRepeats(verdicts);
  const cases = `${JSON.stringify({ tag, cases: verdict.cases }, null, 2)}\n`;
  await writeArtifact(scope.experiment, scope.cycleId, `${folder}.cases.json`, cases);
  return verdict;
}

async function runOnce(
  scope: CommandScope,
  tag: string,
  suite: Suite,
  folder: string,
): Promise<SuiteVerdict> {
  const command = { tag, folder, argv: suite.command, timeoutMs: suite.timeout_seconds * 1000 };
  try {
    return await runAndCollect(scope, command, (end, directory, redactor) =>
      judgeSuite(tag, suite, end, directory, redactor),
    );
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    return { state: "no_evidence", reason: messageOf(error), cases: [] };
  }
}

async function runAndCollect<Result>(
  { runId, cycleId, experiment, connection, signal, guard }: CommandScope,
  command: { tag: string; folder: string; argv: readonly string[]; timeoutMs: number },
  judge: (end: CommandEnd, directory: string, redactor: Redactor) => Promise<Result>,
): Promise<Result> {
  const { tag, folder, argv, timeoutMs } = command;
  const redactor = createRedactor(secretsOf(connection));
  const directory = join(
    runDirectory(experiment.workspace, runId),
    "work",
    experiment.experiment_slug,
    folder,
  );
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
      directory: await codeDirectory(experiment),
      environment,
      logDirectory: directory,
      redactor,
      timeoutMs,
      signal,
      marker: `${runId}/${experiment.experiment_slug}/${folder}/`,
      guard,
    });
    return await judge(end, directory, redactor);
  } finally {
    await collectArtifacts(experiment, cycleId, folder, directory, redactor);
  }
}
