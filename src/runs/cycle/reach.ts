import { join } from "node:path";
import { inspectTree } from "../../experiments/code/experiment-tree.ts";
import { type CheckedCode, type ExperimentCode, inspectCode } from "../../experiments/code/worktrees.ts";
import { workDirectory } from "../journal/work.ts";
import { readCopiedSecrets } from "../worktree/copied-secrets.ts";
import { refuseConflicts } from "../worktree/refuse-conflicts.ts";
import { shareFiles } from "../worktree/share-files.ts";
import { watchSharedFolders } from "../worktree/shared-folders.ts";
import { keepLogins } from "./branch/logins.ts";
import { recordAttempt } from "./record.ts";
import type { CycleScope, CycleSpec } from "./scope.ts";

/**
 * Finds an experiment's code and the branch created for it, and logs in to the branch.
 * @throws CoreError if either is unavailable; the signal's reason if the run was stopped
 */
export async function reachExperiment(spec: CycleSpec): Promise<Omit<CycleScope, "ports">> {
  const { experiment } = spec;
  const { onStep, onWait } = followSteps(spec);
  onStep("branch", { by_tag: {}, evidence: {} });
  const checkCode = async () => {
    const checked = await inspectCode(experiment);
    refuseConflicts(checked);
    return checked;
  };
  const begin = performance.now();
  const checked = await checkCode();
  const { code, status } = checked;
  const secrets = await shareWithWorktree(spec, code);
  // What the plan copies is ignored by git, and what it links is passed over.
  const { tree, edits } = await inspectTree(experiment, code, spec.request.plan.worktrees?.link, status);
  const reached = await spec.reachBranch(onWait);
  const recordTrouble: CycleScope["recordTrouble"] = (error, tag) => recordAttempt(spec, error, tag);
  return {
    ...spec,
    ...reached,
    code,
    checkCode: useOnce(checked, begin, checkCode),
    secrets,
    tree,
    edits,
    shared: await watchSharedFolders(code, spec.request.plan.worktrees?.link ?? [], findMark(spec)),
    recordTrouble,
    onStep,
    onWait,
  };
}

/** How long what was found about an experiment's code counts as its state now, in milliseconds. */
const momentMs = 500;

/**
 * Before the first command, uses what was found a moment ago instead of checking the code again: an edit in that moment
 * is noticed once the command has ended, like one while it runs.
 * @param found since `begin`
 */
function useOnce(
  found: CheckedCode,
  begin: number,
  checkCode: CycleScope["checkCode"],
): CycleScope["checkCode"] {
  let recent: CheckedCode | undefined = found;
  return async () => {
    const last = performance.now() - begin < momentMs ? recent : undefined;
    recent = undefined;
    return last ?? checkCode();
  };
}

function findMark({ experiment: { workspace, experiment_slug }, runId }: CycleSpec): string {
  return join(workDirectory(workspace, runId), experiment_slug, "folders-settled");
}

/** Gives a worktree the files that the plan copies and links. @returns the secrets in copied files */
export async function shareWithWorktree(
  { experiment: { workspace }, request }: CycleSpec,
  code: ExperimentCode,
): Promise<string[]> {
  const { worktrees } = request.plan;
  await shareFiles(workspace, code, worktrees);
  const copied = code.worktree === undefined ? [] : (worktrees?.copy ?? []);
  return readCopiedSecrets([code.directory, workspace], copied);
}

/** Logs in to the branch on which a cycle's commands will run. @throws CoreError if that fails */
export async function openScope(
  spec: CycleSpec,
  place: Pick<CycleScope, "code" | "checkCode" | "secrets" | "tree" | "branch" | "recordTrouble">,
): Promise<Omit<CycleScope, "ports">> {
  const { onStep, onWait } = followSteps(spec);
  onStep("branch", { by_tag: {}, evidence: {} });
  const logins = keepLogins(spec.lakebase, place.branch.branch, { signal: spec.signal, onWait });
  await logins.lasting(0);
  return { ...spec, ...place, confirmBranch: async () => {}, onStep, onWait, logins };
}

/** Remembers the current step of a cycle, so that waiting can be shown as part of it. */
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
