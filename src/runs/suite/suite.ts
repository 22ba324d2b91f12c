import type { ErrorCode } from "../../../schemas/error-codes.ts";
import type { CasesFile } from "../../../schemas/plan/report.ts";
import type { CommandSuite, Step } from "../../../schemas/plan/suite.ts";
import { writeArtifact } from "../../experiments/artifacts/artifacts.ts";
import { nameLog } from "../../experiments/artifacts/logs.ts";
import { listPathsInDoubt } from "../../experiments/code/written-files.ts";
import { artifactPath, casesName } from "../../experiments/layout.ts";
import { hasFailure } from "../../reports/unshown.ts";
import { CoreError } from "../../utils/core-error.ts";
import { asKnownError } from "../../utils/processes/system-errors.ts";
import type { CommandEnd } from "../command/command.ts";
import { listSecrets } from "../command/environment.ts";
import { findKillSignal } from "../command/killed-status.ts";
import { countMemoryKills, refuseMemoryKill } from "../command/memory-kills.ts";
import { refuseLost, refuseRestarted } from "../cycle/branch/lost-compute.ts";
import type { CycleScope } from "../cycle/scope.ts";
import { createRedactor, type Redactor } from "../redaction/redact.ts";
import { nameArtifact } from "./collect.ts";
import { judgeSuite, type SuiteVerdict } from "./evidence.ts";
import { findForeignCase } from "./foreign-cases.ts";
import { combineRepeats } from "./repeats.ts";
import { watchSuiteReport } from "./report/suite-report.ts";
import { runAndCollect } from "./run-and-collect.ts";

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
 *   run, or if a step of the setup lost its branch, login or compute, was killed, ran out of memory, or took too long
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
    const killed = await countMemoryKills();
    const end = await runAndCollect(scope, command, async () => async (commandEnd) => commandEnd);
    scope.signal.throwIfAborted();
    if (end.exitCode === 0 && end.stoppedBy === null) continue;
    if (what === "setup") await refuseMemoryKill(killed);
    if (what === "setup") await refuseLost(scope, end);
    const which = steps.length === 1 ? "command" : `step ${index + 1} of ${steps.length}, ${argv.join(" ")},`;
    const artifact = nameLog(scope.experiment, scope.cycleId, place);
    const hint = `Read ${artifactPath(scope.experiment, scope.cycleId, artifact)}.`;
    const message = `The ${what} ${which} ${describeEnd(end, timeoutMs)}.`;
    if (what === "setup" && !hasEndedByItself(end)) throw refuseStopped(message, hint);
    throw new SetupFailed(`${what}_failed`, message, artifact, hint);
  }
}

function describeEnd({ exitCode, stoppedBy }: CommandEnd, timeoutMs: number): string {
  if (stoppedBy !== null) return `ran longer than ${timeoutMs / 1000} s and was stopped`;
  if (exitCode === null) return "was killed by a signal";
  const signal = findKillSignal(exitCode);
  const killed = signal === undefined ? "" : `, which says that what it ran was killed by ${signal}`;
  return `exited with status ${exitCode}${killed}`;
}

function hasEndedByItself({ exitCode, stoppedBy }: CommandEnd): boolean {
  return stoppedBy === null && exitCode !== null && findKillSignal(exitCode) === undefined;
}

function refuseStopped(message: string, log: string): CoreError {
  return new CoreError("setup_stopped", message, {
    hint: `Run the experiment again; if memory runs out, one at a time. ${log}`,
    retryable: true,
  });
}

interface SuiteRun {
  tag: string;
  suite: CommandSuite;
  repeat: number;
  /** Its artifact folder within the cycle; the cases are stored next to it. Default: the tag. */
  folder?: string;
  /** Called as soon as the command has ended for the last time, if its exit status is 0, as it was each time. */
  onPassed?: (() => Promise<void>) | undefined;
}

/**
 * Runs one suite, as often as requested, and stores what it left. A suite that cannot run is a verdict, not an error.
 * @throws the signal's reason if the suite was stopped along with its run
 */
export async function runSuite(
  scope: CycleScope,
  { tag, suite, repeat, folder = tag, onPassed }: SuiteRun,
): Promise<SuiteVerdict> {
  const verdicts: SuiteVerdict[] = [];
  const nameFolder = (round: number) => (round === 1 ? folder : `${folder}/repeat-${round}`);
  // One repeat without evidence leaves the whole suite without, so the rest would be pointless.
  while (verdicts.length < repeat && verdicts.at(-1)?.state !== "no_evidence") {
    await scope.turn.pass(scope.onWait);
    scope.signal.throwIfAborted();
    const round = verdicts.length + 1;
    const onEnd = round === repeat && verdicts.every(hasPassed) ? onPassed : undefined;
    const verdict = await runOnce(scope, tag, suite, nameFolder(round), onEnd);
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
  onPassed?: () => Promise<void>,
): Promise<SuiteVerdict> {
  const { command: argv, cwd, env } = suite;
  const command = { tag, folder, argv, cwd, env, timeoutMs: suite.timeout_seconds * 1000, onPassed };
  try {
    return await runAndCollect(scope, command, async (places) => {
      const takeReport = await watchSuiteReport(scope, suite, folder, places);
      const killed = await countMemoryKills();
      return async (end, redactor) => {
        const report = await takeReport(end, redactor);
        const { experiment, code } = scope;
        const codeDirectory = code.directory;
        const verdict = await judgeSuite({ tag, suite, end, report, codeDirectory, redactor, reader: scope });
        const directories = [code.directory, places.directory];
        if (!hasPassed(verdict)) await refuseMemoryKill(killed);
        if (!end.isHeld && !hasPassed(verdict)) await refuseRestarted(scope, end);
        const foreign = await findForeignCase(experiment.workspace, code, verdict.cases, directories);
        if (foreign !== undefined) throw foreign;
        const found = report !== undefined && "files" in report ? report.files : [];
        const round = {
          exit_code: end.exitCode,
          stopped_by: end.stoppedBy,
          report: found.map(({ name }) => nameArtifact(folder, name, redactor)),
        };
        const in_doubt = await listPathsInDoubt(experiment, code);
        return {
          ...verdict,
          durations_ms: [Math.round(end.durationMs)],
          rounds: [round],
          in_doubt,
          plain_database: end.plainDatabase,
        };
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

function hasPassed(verdict: SuiteVerdict): boolean {
  return verdict.state === "evidence" && verdict.outcome.failed === 0 && verdict.flaky === 0;
}
