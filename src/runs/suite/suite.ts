import { mkdir, rm } from "node:fs/promises";
import type { ErrorCode } from "../../../schemas/error-codes.ts";
import type { Plan } from "../../../schemas/plan/plan.ts";
import type { CasesFile } from "../../../schemas/plan/report.ts";
import type { CommandSuite, Step } from "../../../schemas/plan/suite.ts";
import { writeArtifact } from "../../experiments/artifacts/artifacts.ts";
import { nameLog } from "../../experiments/artifacts/logs.ts";
import { recordWrites } from "../../experiments/code/written-files.ts";
import { artifactPath, casesName } from "../../experiments/layout.ts";
import { hasFailure } from "../../reports/unshown.ts";
import { CoreError } from "../../utils/core-error.ts";
import { asKnownError } from "../../utils/processes/system-errors.ts";
import { type CommandEnd, runCommand } from "../command/command.ts";
import { commandEnvironment, listSecrets } from "../command/environment.ts";
import { expandArgument, withMapped } from "../command/expand-variables.ts";
import { workingDirectory } from "../command/working-directory.ts";
import type { CycleScope } from "../cycle/scope.ts";
import { commandDirectories } from "../journal/work.ts";
import { createRedactor, type Redactor } from "../redaction/redact.ts";
import { refuseForeignCode } from "../worktree/refuse-foreign-code.ts";
import { refuseMovedCode } from "../worktree/refuse-moved-code.ts";
import { collectArtifacts, nameArtifact } from "./collect.ts";
import { judgeSuite, type SuiteVerdict } from "./evidence.ts";
import { findForeignCase } from "./foreign-cases.ts";
import { watchServers } from "./foreign-servers.ts";
import { combineRepeats } from "./repeats.ts";
import { type SuitePlaces, watchSuiteReport } from "./suite-report.ts";

/** How long a step may take, in milliseconds. Interrupting a migration that others depend on is worse than waiting. */
const timeoutsMs = { setup: 600_000, migration: 3_600_000 };

/** How long a step of the setup may take, in seconds. */
export const setupSeconds = timeoutsMs.setup / 1000;

/** The plan's setup or migration ran and failed, which is a failure of the design. */
export class SetupFailed extends CoreError {
  /** The artifact of the cycle with more information. */
  readonly artifact: string;

  constructor(code: ErrorCode, message: string, artifact: string, hint: string) {
    super(code, message, { hint });
    this.artifact = artifact;
  }
}

/**
 * Runs the plan's setup or migration, one step after another.
 * @param folder its artifact folder within the cycle
 * @throws SetupFailed with the code `setup_failed` or `migration_failed`; a different CoreError if it could not be
 *   run
 */
export async function runSetup(
  scope: CycleScope,
  steps: readonly Step[],
  folder = "setup",
  what: keyof typeof timeoutsMs = "setup",
): Promise<void> {
  const timeoutMs = timeoutsMs[what];
  for (const [index, { command: argv, cwd }] of steps.entries()) {
    const place = index === 0 ? folder : `${folder}/step-${index + 1}`;
    const command = { tag: "setup", folder: place, argv, cwd, timeoutMs };
    const end = await runAndCollect(scope, command, async () => async (commandEnd) => commandEnd);
    scope.signal.throwIfAborted();
    if (end.exitCode === 0 && end.stoppedBy === null) continue;
    const which = steps.length === 1 ? "command" : `step ${index + 1} of ${steps.length}, ${argv.join(" ")},`;
    const artifact = nameLog(scope.experiment, scope.cycleId, place);
    const hint = `Read ${artifactPath(scope.experiment, scope.cycleId, artifact)}.`;
    const message = `The ${what} ${which} ${describeEnd(end, timeoutMs)}.`;
    throw new SetupFailed(`${what}_failed`, message, artifact, hint);
  }
}

function describeEnd({ exitCode, stoppedBy }: CommandEnd, timeoutMs: number): string {
  if (stoppedBy !== null) return `ran longer than ${timeoutMs / 1000} s and was stopped`;
  return exitCode === null ? "was killed by a signal" : `exited with status ${exitCode}`;
}

/**
 * Runs one suite, as often as requested, and stores what it left. A suite that cannot run is a verdict, not an error.
 * @param folder its artifact folder within the cycle; the cases are stored next to it
 * @throws the signal's reason if the suite was stopped along with its run
 */
export async function runSuite(
  scope: CycleScope,
  { tag, suite, repeat, folder = tag }: { tag: string; suite: CommandSuite; repeat: number; folder?: string },
): Promise<SuiteVerdict> {
  const verdicts: SuiteVerdict[] = [];
  const nameFolder = (round: number) => (round === 1 ? folder : `${folder}/repeat-${round}`);
  // One repeat without evidence leaves the whole suite without, so the rest would be pointless.
  while (verdicts.length < repeat && verdicts.at(-1)?.state !== "no_evidence") {
    await scope.turn.pass(scope.onWait);
    scope.signal.throwIfAborted();
    const verdict = await runOnce(scope, tag, suite, nameFolder(verdicts.length + 1));
    if (verdict.state === "no_evidence") scope.signal.throwIfAborted();
    verdicts.push(verdict);
  }
  const verdict = combineRepeats(verdicts, repeat);
  const failed = verdicts.findIndex(({ cases }) => hasFailure(cases));
  const telling = Math.max(failed, 0);
  const report = verdicts[telling]?.details;
  const place = nameFolder(telling + 1);
  const details =
    report === undefined
      ? nameLog(scope.experiment, scope.cycleId, place)
      : nameArtifact(place, report, makeRedactor(scope));
  await writeCases(scope, { tag, folder, verdict, details });
  return verdict;
}

/**
 * Stores the cases of a suite as an artifact, next to the folder of its files.
 * @param details the artifact of the cycle with more information
 */
export async function writeCases(
  scope: CycleScope,
  {
    tag,
    folder,
    verdict: { cases, left_out, rounds },
    details,
  }: { tag: string; folder: string; verdict: SuiteVerdict; details: string },
): Promise<void> {
  const file: CasesFile = { tag, run_id: scope.runId, details, left_out, cases, rounds };
  const text = makeRedactor(scope).text(`${JSON.stringify(file, null, 2)}\n`);
  await writeArtifact(scope.experiment, scope.cycleId, casesName(folder), text);
}

function makeRedactor({ logins, secrets }: CycleScope): Redactor {
  return createRedactor([...listSecrets(logins.used), ...secrets]);
}

/**
 * Runs one suite once, and stores everything it left except its cases.
 * @param folder its artifact folder within the cycle
 */
export async function runOnce(
  scope: CycleScope,
  tag: string,
  suite: CommandSuite,
  folder: string,
): Promise<SuiteVerdict> {
  const { command: argv, cwd, env } = suite;
  const command = { tag, folder, argv, cwd, env, timeoutMs: suite.timeout_seconds * 1000 };
  try {
    return await runAndCollect(scope, command, async (places) => {
      const takeReport = await watchSuiteReport(scope, suite, folder, places);
      return async (end, redactor) => {
        const report = await takeReport(end, redactor);
        const { experiment, code } = scope;
        const codeDirectory = code.directory;
        const verdict = await judgeSuite({ tag, suite, end, report, codeDirectory, redactor, reader: scope });
        const directories = [code.directory, places.directory];
        const foreign = await findForeignCase(experiment.workspace, code, verdict.cases, directories);
        if (foreign !== undefined) throw foreign;
        const found = report !== undefined && "files" in report ? report.files : [];
        const round = {
          exit_code: end.exitCode,
          stopped_by: end.stoppedBy,
          report: found.map(({ name }) => nameArtifact(folder, name, redactor)),
        };
        return { ...verdict, durations_ms: [Math.round(end.durationMs)], rounds: [round] };
      };
    });
  } catch (error) {
    const trouble = asKnownError(error);
    const isOwnDoing = trouble.code === "command_not_found";
    return {
      state: "no_evidence",
      reason: trouble.message,
      trouble: isOwnDoing ? undefined : trouble,
      cases: [],
    };
  }
}

interface CollectedCommand {
  tag: string;
  folder: string;
  argv: readonly string[];
  cwd?: string | undefined;
  /** In addition to the plan's. */
  env?: Plan["env"];
  timeoutMs: number;
}

/** Runs a command of the plan in the experiment's code, and stores what it left. @throws whatever `checkCode` throws */
export async function runAndCollect<Result>(
  {
    runId,
    cycleId,
    experiment,
    request,
    checkCode,
    logins,
    ports,
    signal,
    watchdog,
    tree,
    secrets: copied,
  }: CycleScope,
  { tag, folder, argv, cwd, env, timeoutMs }: CollectedCommand,
  /** Called before the command starts; the returned function judges how it ended. */
  prepare: (places: SuitePlaces) => Promise<(end: CommandEnd, redactor: Redactor) => Promise<Result>>,
): Promise<Result> {
  const code = await checkCode();
  const connection = await logins.lasting(timeoutMs);
  const { workspace, feature_id, experiment_slug } = experiment;
  const { logs, files } = commandDirectories(workspace, runId, experiment_slug, folder);
  const own = commandEnvironment(connection, { experiment, cycleId, tag, artifactsDirectory: files, ports });
  const environment = withMapped(withMapped(own, request.plan.env), env);
  const secrets = [...listSecrets(logins.used, environment), ...copied];
  const redactor = createRedactor(secrets);
  await rm(files, { recursive: true, force: true });
  await mkdir(files, { recursive: true });
  watchdog.expect({ feature_id, experiment_slug, cycle_id: cycleId, folder, directory: files, secrets });
  try {
    const place = await workingDirectory(code.directory, cwd);
    if (tag !== "prepare")
      await refuseForeignCode(workspace, code, {
        argv: argv.map((argument) => expandArgument(argument, environment)),
        directory: place,
        environment,
        linked: request.plan.worktrees?.link,
        copied: request.plan.worktrees?.copy,
        isSetup: tag === "setup",
      });
    const judge = await prepare({ directory: place, artifacts: files });
    const command = {
      argv,
      directory: place,
      environment,
      logDirectory: logs,
      redactor,
      timeoutMs,
      signal,
      marker: `${runId}/${experiment_slug}/${folder}/`,
      watchdog,
    };
    const watch = watchServers(`${runId}/${experiment_slug}/`);
    const end = await logins
      .holding(connection, () => recordWrites(experiment, code, () => runCommand(command)))
      .finally(watch.end);
    watch.refuseMet();
    await refuseMovedCode(code, tree);
    return await judge(end, redactor);
  } finally {
    await collectArtifacts(experiment, cycleId, folder, files, redactor, signal);
    // Last, so that a file named stdout.log written by the command does not replace its real output.
    await collectArtifacts(experiment, cycleId, folder, logs, redactor);
    watchdog.kept(files);
  }
}
