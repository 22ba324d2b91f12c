import { rm } from "node:fs/promises";
import type { Plan } from "../../../schemas/plan/plan.ts";
import { listCheckouts } from "../../experiments/code/checkouts.ts";
import type { ExperimentCode } from "../../experiments/code/worktrees.ts";
import { type WritesWatch, watchWrites } from "../../experiments/code/written-files.ts";
import type { Status } from "../../git/status.ts";
import { CoreError } from "../../utils/core-error.ts";
import { makeRecordFolder } from "../../utils/files/record-path.ts";
import { type CommandEnd, runCommand } from "../command/command.ts";
import { commandEnvironment, isSuite, listSecrets } from "../command/environment.ts";
import { expandArgument, withMapped } from "../command/expand-variables.ts";
import { withFreshResults } from "../command/fresh-results.ts";
import { workingDirectory } from "../command/working-directory.ts";
import { refuseLostBranch } from "../cycle/lost-compute.ts";
import type { CycleScope } from "../cycle/scope.ts";
import { commandDirectories } from "../journal/work.ts";
import { createRedactor, type Redactor } from "../redaction/redact.ts";
import { refuseForeignCode } from "../worktree/refuse-foreign-code.ts";
import { refuseEditedCode, refuseMovedCode, watchHead } from "../worktree/refuse-moved-code.ts";
import { collectArtifacts } from "./collect.ts";
import { watchServers } from "./servers/watch-servers.ts";
import { isBesideOthers, type SuitePlaces } from "./suite-report.ts";

interface CollectedEnd extends CommandEnd {
  /** Whether a session was open on the branch's compute all the time. */
  isHeld: boolean;
}

interface CollectedCommand {
  tag: string;
  folder: string;
  argv: readonly string[];
  cwd?: string | undefined;
  /** In addition to the plan's. */
  env?: Plan["env"];
  timeoutMs: number;
  /** Called as soon as it has ended, if its exit status is 0. */
  onPassed?: (() => void) | undefined;
}

/** Runs a command of the plan in the experiment's code, and stores what it left. @throws whatever `checkCode` throws */
export async function runAndCollect<Result>(
  scope: CycleScope,
  { tag, folder, argv, cwd, env, timeoutMs, onPassed }: CollectedCommand,
  /** Called before the command starts; the returned function judges how it ended. */
  prepare: (places: SuitePlaces) => Promise<(end: CollectedEnd, redactor: Redactor) => Promise<Result>>,
): Promise<Result> {
  const {
    runId,
    cycleId,
    experiment,
    request,
    code,
    checkCode,
    logins,
    ports,
    signal,
    watchdog,
    tree,
    isAlone,
  } = scope;
  const connection = await logins.lasting(timeoutMs);
  const { workspace, feature_id, experiment_slug } = experiment;
  const { logs, files } = commandDirectories(workspace, runId, experiment_slug, folder);
  const own = commandEnvironment(connection, { experiment, cycleId, tag, artifactsDirectory: files, ports });
  const mapped = withMapped(withMapped(own, request.plan.env), env);
  // The plan may set the same variables for another purpose.
  const environment = isSuite(tag) ? withFreshResults(mapped, files) : mapped;
  const secrets = [...listSecrets(logins.used, environment), ...scope.secrets];
  const redactor = createRedactor(secrets);
  await rm(files, { recursive: true, force: true });
  await makeRecordFolder(files);
  watchdog.expect({ feature_id, experiment_slug, cycle_id: cycleId, folder, directory: files, secrets });
  const makeReady = async (place: ExperimentCode) => {
    const directory = await workingDirectory(place.directory, cwd);
    const check = {
      argv: argv.map((argument) => expandArgument(argument, environment)),
      ...{ directory, environment },
      linked: request.plan.worktrees?.link,
      copied: request.plan.worktrees?.copy,
      isSetup: tag === "setup",
    };
    const [judge] = await Promise.all([
      prepare({ directory, artifacts: files }),
      tag !== "prepare" && refuseForeignCode(workspace, place, check),
    ]);
    return { directory, judge };
  };
  let recordWrites: WritesWatch = async () => undefined;
  let after: Status | undefined;
  // A setup may copy data from other branches.
  const measures = isSuite(tag);
  const servers = watchServers({
    owner: `${runId}/${experiment_slug}/`,
    ...(measures && {
      database: connection,
      listForeign: async () => (await listCheckouts(workspace)).filter((each) => each !== code.root),
    }),
    isSame:
      measures && !isAlone && ports.length === 0
        ? (marker) => isOfOther(marker, { runId, experiment_slug, tag })
        : undefined,
  });
  const run = async () => {
    const ready = makeReady(code);
    const settled = Promise.allSettled([ready]);
    const held = logins.holding(connection, async (isHeld) => {
      await settled;
      // As late as possible, so that what was checked is what runs.
      const checked = await checkCode();
      const isSame = checked.code.directory === code.directory;
      const { directory, judge } = await (isSame ? ready : makeReady(checked.code));
      await refuseEditedCode(scope, checked);
      const refuseSwitched = await watchHead(checked.code);
      recordWrites = await watchWrites(experiment, checked, measures, (path) => redactor.text(path) !== path);
      const lost = new AbortController();
      const command = {
        ...{ argv, directory, environment, redactor, timeoutMs, watchdog },
        signal: AbortSignal.any([signal, lost.signal]),
        logDirectory: logs,
        marker: `${runId}/${experiment_slug}/${folder}/`,
        onStarted: () => {
          scope.turn.started();
          if (measures) void scope.turn.letOthersStart().then(scope.onSuiteStarted);
        },
      };
      const ending = runCommand(command);
      const confirmed = scope.turn.letOthersStart().then(scope.confirmBranch);
      confirmed.catch((error: unknown) => lost.abort(error));
      const end = await ending;
      return {
        judge,
        place: checked.code,
        refuseSwitched,
        confirmed,
        end,
        isHeld: await isHeld(end.exitCode !== 0),
      };
    });
    const ran = await held.finally(servers.end);
    if (onPassed !== undefined && ran.end.exitCode === 0 && ran.end.stoppedBy === null) {
      onPassed();
      await scope.turn.letOthersStart();
    }
    return ran;
  };
  try {
    const { judge, place, refuseSwitched, confirmed, end, isHeld } = await run().finally(async () => {
      after = await recordWrites();
    });
    await confirmed;
    if (measures && !isHeld) await refuseLostBranch(scope);
    servers.refuseMet();
    if (!measures) await scope.shared?.settle();
    else if (scope.shared !== undefined && (await isBesideOthers(scope))) await scope.shared.refuseChanged();
    await refuseMovedCode(place, tree, after);
    await refuseSwitched();
    return await judge({ ...end, isHeld }, redactor);
  } catch (error) {
    throw withoutSecrets(error, redactor);
  } finally {
    await collectArtifacts(experiment, cycleId, folder, files, redactor, signal);
    // Last, so that a file named stdout.log written by the command does not replace its real output.
    await collectArtifacts(experiment, cycleId, folder, logs, redactor);
    watchdog.kept(files);
  }
}

/** Whether a marker is of the same suite of the same run, for another experiment. */
function isOfOther(marker: string, of: { runId: string; experiment_slug: string; tag: string }): boolean {
  const [runId, experiment_slug, tag] = marker.split("/");
  return runId === of.runId && tag === of.tag && experiment_slug !== of.experiment_slug;
}

/** An error may name files, whose names the command chose. */
function withoutSecrets(error: unknown, { text }: Redactor): unknown {
  if (!(error instanceof CoreError)) return error;
  const { code, retryable } = error;
  const [message, hint] = [text(error.message), text(error.hint)];
  if (message === error.message && hint === error.hint) return error;
  return new CoreError(code, message, { hint, retryable });
}
