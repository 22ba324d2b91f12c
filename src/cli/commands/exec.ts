import { constants } from "node:os";
import { execa } from "execa";
import type { Plan } from "../../../schemas/plan/plan.ts";
import { checkBranch } from "../../experiments/branches/check-branch.ts";
import { checkCode, isInside } from "../../experiments/code/worktrees.ts";
import { getExperiment } from "../../experiments/experiments.ts";
import { findPlan } from "../../experiments/plan.ts";
import { openConnection } from "../../lakebase/connection/connection.ts";
import { buildExperimentEnvironment } from "../../runs/command/environment.ts";
import { withMapped } from "../../runs/command/expand-variables.ts";
import { CoreError } from "../../utils/core-error.ts";
import type { Shared } from "../command.ts";

/**
 * `exec FEATURE EXPERIMENT -- COMMAND`: runs a command on this terminal, with the experiment's login and the plan's
 * variables in its environment, and exits with its status. Only the command receives the login. If the first login is
 * refused, says so with the reason while it tries again.
 * @throws CoreError `unknown_experiment`, `invalid_input`, `invalid_plan`, `unknown_variable`, `command_not_found`,
 *   and whatever `openConnection` throws
 */
export async function exec(
  { workspace, lakebase }: Pick<Shared, "workspace" | "lakebase">,
  [feature_id = "", experiment_slug = "", program = "", ...args]: string[],
): Promise<void> {
  const experiment = await getExperiment({ workspace, feature_id, experiment_slug });
  const { directory } = await checkCode(experiment);
  const plan = await findPlan(workspace, feature_id);
  const { branch } = await checkBranch(lakebase, experiment);
  const onRefused = (reason: string) =>
    process.stderr.write(`Branch ${branch} refused the login: ${reason}. Trying again…\n`);
  const connection = await openConnection(lakebase, branch, { onRefused });
  const child = execa(program, args, {
    cwd: isInside(directory, process.cwd()) ? process.cwd() : directory,
    env: withMapped(buildExperimentEnvironment(connection, experiment), selectOutsideRuns(plan?.env)),
    extendEnv: false,
    preferLocal: true,
    localDir: directory,
    stdio: "inherit",
    reject: false,
  });
  // A terminal's Ctrl-C also reaches the command, which may handle it in its own way.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  const { exitCode, signal, code } = await child;
  if (exitCode === undefined && signal === undefined) {
    throw new CoreError(
      "command_not_found",
      `${program} could not be started: ${code ?? "unknown reason"}.`,
      {
        hint: "Check the command's name and that it is executable.",
      },
    );
  }
  process.exitCode = exitCode ?? 128 + (signal === undefined ? 0 : constants.signals[signal]);
}

/** Removes variables that depend on ones only the commands of a run have. */
function selectOutsideRuns(env: Plan["env"] = {}): Plan["env"] {
  const isOfRun = (value: string) => /\$\{?(ARTIFACTS_DIR|CYCLE_ID|EXPERIMENT_TAG|PORT(_\d+)?)\b/.test(value);
  return Object.fromEntries(Object.entries(env).filter(([, value]) => !isOfRun(value)));
}
