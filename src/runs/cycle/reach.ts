import { join, relative } from "node:path";
import { checkBranch } from "../../experiments/check-branch.ts";
import { checkCode } from "../../experiments/worktrees.ts";
import { findWrittenPaths } from "../../experiments/written-files.ts";
import { readChangedFiles } from "../../git/changed-files.ts";
import { readTreeState } from "../../git/commit.ts";
import { readCopiedSecrets } from "../worktree/copied-secrets.ts";
import { shareFiles } from "../worktree/share-files.ts";
import { keepLogins } from "./logins.ts";
import { retryTrouble } from "./retry.ts";
import type { CycleScope, CycleSpec } from "./scope.ts";

/**
 * Finds an experiment's code and the branch that was cut for it, and logs in there.
 * @throws CoreError where either is not to be had; the signal's reason where the run was stopped
 */
export async function reachExperiment(spec: CycleSpec): Promise<Omit<CycleScope, "ports">> {
  const { experiment, lakebase, signal } = spec;
  const { onStep, onWait } = followSteps(spec);
  onStep("branch", { by_tag: {}, evidence: {} });
  const code = await checkCode(experiment);
  const { worktrees } = spec.request.plan;
  await shareFiles(experiment.workspace, code, worktrees);
  const folders = [code.directory, experiment.workspace];
  const secrets = await readCopiedSecrets(
    folders,
    code.worktree === undefined ? [] : (worktrees?.copy ?? []),
  );
  const links = (worktrees?.link ?? []).map((name) => relative(code.root, join(code.directory, name)));
  const written = await findWrittenPaths(experiment, code, await readChangedFiles(code.root));
  const shared = code.worktree === undefined ? [] : links;
  const tree = await readTreeState(code.root, [...shared, ...written]);
  const branch = await retryTrouble(() => checkBranch(lakebase, experiment, { signal }), signal);
  const logins = keepLogins(lakebase, branch.branch, { signal, onWait });
  await logins.lasting(0);
  return { ...spec, onStep, onWait, code, secrets, tree, branch, logins };
}

/** The steps of a cycle, which is still at one of them while it waits for what others use. */
function followSteps(spec: CycleSpec): Pick<CycleScope, "onStep" | "onWait"> {
  let last: Parameters<CycleSpec["onStep"]> | undefined;
  return {
    onStep: (...step) => {
      last = step;
      spec.onStep(...step);
    },
    onWait: (what) => {
      if (last !== undefined) spec.onStep(what === undefined ? last[0] : `waiting for ${what}`, last[1]);
    },
  };
}
