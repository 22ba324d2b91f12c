import { rm } from "node:fs/promises";
import { CoreError } from "../../utils/core-error.ts";
import { makeRecordFolder } from "../../utils/files/record-path.ts";
import { buildCommandEnvironment, isSuite, listSecrets } from "../command/environment.ts";
import { withMapped } from "../command/expand-variables.ts";
import { withFreshResults } from "../command/fresh-results.ts";
import type { CycleScope } from "../cycle/scope.ts";
import { commandDirectories } from "../journal/work.ts";
import { createRedactor, type Redactor } from "../redaction/redact.ts";
import { collectArtifacts } from "./collect.ts";
import { type PlanCommand, type Prepare, type ReadyCommand, runChecked } from "./run-checked.ts";

/**
 * Runs a command of the plan in the experiment's code, and stores what it left.
 * @throws whatever `runChecked` throws, without secrets
 */
export async function runAndCollect<Result>(
  scope: CycleScope,
  command: PlanCommand,
  prepare: Prepare<Result>,
): Promise<Result> {
  const { experiment, cycleId, signal, watchdog } = scope;
  const { folder } = command;
  const ready = await makeReady(scope, command);
  const { logs, files, redactor } = ready;
  try {
    return await runChecked(scope, ready, prepare);
  } catch (error) {
    throw withoutSecrets(error, redactor);
  } finally {
    await collectArtifacts(experiment, cycleId, folder, files, redactor, signal);
    // Last, so that a file named stdout.log written by the command does not replace its real output.
    await collectArtifacts(experiment, cycleId, folder, logs, redactor);
    watchdog.kept(files);
  }
}

/** Logs in, sets the command's variables, and creates the folder in which it leaves files. */
async function makeReady(scope: CycleScope, command: PlanCommand): Promise<ReadyCommand> {
  const { experiment, cycleId, logins, ports, request, runId, watchdog } = scope;
  const { tag, folder } = command;
  const { workspace, feature_id, experiment_slug } = experiment;
  const connection = await logins.lasting(command.timeoutMs);
  const { logs, files } = commandDirectories(workspace, runId, experiment_slug, folder);
  const own = buildCommandEnvironment(connection, {
    experiment,
    cycleId,
    tag,
    artifactsDirectory: files,
    ports,
  });
  const mapped = withMapped(withMapped(own, request.plan.env), command.env);
  // The plan may set the same variables for another purpose.
  const environment = isSuite(tag) ? withFreshResults(mapped, files) : mapped;
  const secrets = [...listSecrets(logins.used, environment), ...scope.secrets];
  await rm(files, { recursive: true, force: true });
  await makeRecordFolder(files);
  watchdog.expect({ feature_id, experiment_slug, cycle_id: cycleId, folder, directory: files, secrets });
  return { ...command, connection, environment, logs, files, redactor: createRedactor(secrets) };
}

/** An error may name files, whose names the command chose. */
function withoutSecrets(error: unknown, { text }: Redactor): unknown {
  if (!(error instanceof CoreError)) return error;
  const { code, retryable } = error;
  const [message, hint] = [text(error.message), text(error.hint)];
  if (message === error.message && hint === error.hint) return error;
  return new CoreError(code, message, { hint, retryable });
}
