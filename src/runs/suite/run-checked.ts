import type { Plan } from "../../../schemas/plan/plan.ts";
import { listCheckouts } from "../../experiments/code/checkouts.ts";
import type { ExperimentCode } from "../../experiments/code/worktrees.ts";
import { type WritesWatch, watchWrites } from "../../experiments/code/written-files.ts";
import type { Status } from "../../git/changes/status.ts";
import type { Connection } from "../../lakebase/connection/client.ts";
import { type CommandEnd, runCommand } from "../command/command.ts";
import { isSuite } from "../command/environment.ts";
import { type Environment, expandArgument } from "../command/expand-variables.ts";
import { makeMarker, readMarker } from "../command/marker.ts";
import { resolveWorkingDirectory } from "../command/working-directory.ts";
import { refuseLostBranch } from "../cycle/branch/lost-compute.ts";
import type { CycleScope } from "../cycle/scope.ts";
import type { Redactor } from "../redaction/redact.ts";
import { refuseForeignCode } from "../worktree/refuse-foreign-code.ts";
import { refuseEditedCode, refuseMovedCode, watchHead } from "../worktree/refuse-moved-code.ts";
import { isBesideOthers, type SuitePlaces } from "./report/suite-report.ts";
import { type ServerWatch, watchServers } from "./servers/watch-servers.ts";

/** A command of the plan. */
export interface PlanCommand {
  /** A tag of the plan, `setup` or `prepare`. */
  tag: string;
  /** Its artifact folder within the cycle. */
  folder: string;
  argv: readonly string[];
  cwd?: string | undefined;
  /** In addition to the plan's. */
  env?: Plan["env"];
  timeoutMs: number;
  /** Called as soon as it has ended, if its exit status is 0, and awaited. */
  onPassed?: (() => Promise<void>) | undefined;
}

/** What a command runs with. */
export interface ReadyCommand extends PlanCommand {
  connection: Connection;
  environment: Environment;
  redactor: Redactor;
  /** Where its output goes, and where it may leave files. Absolute. */
  logs: string;
  files: string;
}

/** How a command ended on its branch. */
interface HeldEnd extends CommandEnd {
  /** Whether a session was open on the branch's compute all the time. */
  isHeld: boolean;
  /** The port of a Postgres of this machine that it was connected to instead of the branch, for all that was seen. */
  plainDatabase: number | undefined;
}

/** Called before a command starts; the returned function judges how it ended. */
export type Prepare<Result> = (places: SuitePlaces) => Promise<Judge<Result>>;
type Judge<Result> = (end: HeldEnd, redactor: Redactor) => Promise<Result>;

/**
 * Runs a command, and checks before, during and after it that what it tests is the experiment's own: its code, its
 * branch and its servers.
 * @throws CoreError what was not; whatever `checkCode` throws
 */
export async function runChecked<Result>(
  scope: CycleScope,
  command: ReadyCommand,
  prepare: Prepare<Result>,
): Promise<Result> {
  const { shared, tree } = scope;
  const measures = isSuite(command.tag);
  const servers = watchForOthers(scope, command);
  const ran = await runWatched(scope, command, prepare, servers);
  await ran.confirmed;
  if (measures && !ran.isHeld) await refuseLostBranch(scope);
  servers.refuseMet();
  if (!measures) await shared?.settle();
  else if (shared !== undefined && (await isBesideOthers(scope))) await shared.refuseChanged();
  await refuseMovedCode(ran.place, tree, ran.after);
  await ran.refuseSwitched();
  const { end, isHeld } = ran;
  return ran.judge({ ...end, isHeld, plainDatabase: servers.findPlainDatabase() }, command.redactor);
}

/** A command that has ended, and what was watched meanwhile. */
interface RanCommand<Result> {
  end: CommandEnd;
  isHeld: boolean;
  /** Rejects if the branch is not the experiment's own. */
  confirmed: Promise<void>;
  place: ExperimentCode;
  /** The state of its code afterwards, if it was read. */
  after: Status | undefined;
  /** @throws CoreError if git moved the code meanwhile */
  refuseSwitched: () => Promise<void>;
  judge: Judge<Result>;
}

/** Runs a command, and records what it wrote, even if it could not be followed to its end. */
async function runWatched<Result>(
  scope: CycleScope,
  command: ReadyCommand,
  prepare: Prepare<Result>,
  servers: ServerWatch,
): Promise<RanCommand<Result>> {
  const { experiment, code, checkCode, logins } = scope;
  const { connection, redactor, onPassed } = command;
  let recordWrites: WritesWatch = async () => undefined;
  const run = async () => {
    const ready = prepareIn(code, scope, command, prepare);
    const settled = Promise.allSettled([ready]);
    const held = logins.holding(connection, async (isHeld) => {
      await settled;
      // As late as possible, so that what was checked is what runs.
      const checked = await checkCode();
      const isSame = checked.code.directory === code.directory;
      const { directory, judge } = await (isSame ? ready : prepareIn(checked.code, scope, command, prepare));
      await refuseEditedCode(scope, checked);
      const refuseSwitched = await watchHead(checked.code);
      const isSecret = (path: string) => redactor.text(path) !== path;
      recordWrites = await watchWrites(experiment, checked, isSuite(command.tag), isSecret);
      const { end, confirmed } = await runConfirmed(scope, command, directory);
      const place = checked.code;
      return { judge, place, refuseSwitched, confirmed, end, isHeld: await isHeld(end.exitCode !== 0) };
    });
    const ran = await held.finally(servers.end);
    if (onPassed !== undefined && ran.end.exitCode === 0 && ran.end.stoppedBy === null) {
      await onPassed();
    }
    return ran;
  };
  let after: Status | undefined;
  const ran = await run().finally(async () => {
    after = await recordWrites();
  });
  return { ...ran, after };
}

/** Prepares a command to run in some code, after checking that no other code would be part of it. */
async function prepareIn<Result>(
  place: ExperimentCode,
  { experiment, request }: CycleScope,
  { tag, argv, cwd, environment, files }: ReadyCommand,
  prepare: Prepare<Result>,
): Promise<{ directory: string; judge: Judge<Result> }> {
  const directory = await resolveWorkingDirectory(place.directory, cwd);
  const check = {
    argv: argv.map((argument) => expandArgument(argument, environment)),
    ...{ directory, environment },
    linked: request.plan.worktrees?.link,
    copied: request.plan.worktrees?.copy,
    isSetup: tag === "setup",
  };
  const [judge] = await Promise.all([
    prepare({ directory, artifacts: files }),
    tag !== "prepare" && refuseForeignCode(experiment.workspace, place, check),
  ]);
  return { directory, judge };
}

/** Runs a command to its end while its branch is confirmed, which ends it if the branch is not the experiment's own. */
async function runConfirmed(
  { experiment, runId, signal, turn, watchdog, confirmBranch, onSuiteStarted }: CycleScope,
  { tag, folder, argv, environment, redactor, timeoutMs, logs }: ReadyCommand,
  directory: string,
): Promise<{ end: CommandEnd; confirmed: Promise<void> }> {
  const lost = new AbortController();
  const ending = runCommand({
    ...{ argv, directory, environment, redactor, timeoutMs, watchdog },
    signal: AbortSignal.any([signal, lost.signal]),
    logDirectory: logs,
    marker: makeMarker(runId, experiment.experiment_slug, folder),
    onStarted: () => {
      turn.started();
      if (isSuite(tag)) void turn.letOthersStart().then(onSuiteStarted);
    },
  });
  const confirmed = turn.letOthersStart().then(confirmBranch);
  confirmed.catch((error: unknown) => lost.abort(error));
  return { end: await ending, confirmed };
}

/** Watches whether a suite uses servers or databases of others. A setup may copy data from other branches. */
function watchForOthers(
  { experiment: { workspace, experiment_slug }, runId, code, isAlone, ports }: CycleScope,
  { tag, connection }: ReadyCommand,
): ServerWatch {
  const owner = makeMarker(runId, experiment_slug);
  if (!isSuite(tag)) return watchServers({ owner });
  return watchServers({
    owner,
    database: connection,
    listForeign: async () => (await listCheckouts(workspace)).filter((each) => each !== code.root),
    isSame:
      isAlone || ports.length > 0
        ? undefined
        : (marker) => isOfOther(marker, { runId, experiment_slug, tag }),
  });
}

/** Whether a marker is of the same suite of the same run, for another experiment. */
function isOfOther(marker: string, of: { runId: string; experiment_slug: string; tag: string }): boolean {
  const { runId, experiment_slug, tag } = readMarker(marker);
  return runId === of.runId && tag === of.tag && experiment_slug !== of.experiment_slug;
}
