import type { Plan } from "../../../../schemas/plan/plan.ts";
import { readExperimentTree } from "../../../experiments/code/experiment-tree.ts";
import { checkCode, type ExperimentCode } from "../../../experiments/code/worktrees.ts";
import { type ExperimentRef, stateDirectory } from "../../../experiments/layout.ts";
import { listUncommitted } from "../../../git/commit.ts";
import { type PlannedMerge, planMerge } from "../../../git/merge/plan-merge.ts";
import { nameSome } from "../../../utils/text/name-some.ts";
import { findTarget, type Target } from "./find-target.ts";
import { createObjection, type Objection, toObjection } from "./objection.ts";

const maxNamed = 8;

/** An experiment's code, and how it would merge into the target. */
export interface CodeInspection {
  /** Undefined if it does not match its record. */
  code?: ExperimentCode | undefined;
  /** The commit the code is at. */
  commit?: string | undefined;
  /** Undefined for a design in the main checkout, and if the merge cannot be tried. */
  merge?: (Target & PlannedMerge) | undefined;
  objections: Objection[];
}

/** Inspects what there is to merge. Changes nothing. */
export async function inspectPromotedCode(ref: ExperimentRef, plan: Plan): Promise<CodeInspection> {
  try {
    const code = await checkCode(ref);
    const { commit, dirty } = await readExperimentTree(ref, code, plan.worktrees?.link);
    if (commit === null) return { objections: [noCommit(code.root)] };
    const objections = dirty ? [await dirtyWorktree(code)] : [];
    return { code, commit, ...(await inspectMerge(ref, plan, code, commit, objections)) };
  } catch (error) {
    return { objections: [toObjection(error)] };
  }
}

async function inspectMerge(
  { workspace }: ExperimentRef,
  plan: Plan,
  { worktree }: ExperimentCode,
  commit: string,
  objections: Objection[],
): Promise<Pick<CodeInspection, "merge" | "objections">> {
  if (worktree === undefined) return { objections };
  try {
    const target = await findTarget(workspace, plan, worktree);
    const place = stateDirectory(workspace);
    const planned = await planMerge(workspace, { target: target.target_commit, commit }, place);
    const conflict = planned.how === "conflict" ? [conflicts(target, planned, worktree.path)] : [];
    return { merge: { ...target, ...planned }, objections: [...objections, ...conflict] };
  } catch (error) {
    return { objections: [...objections, toObjection(error)] };
  }
}

function noCommit(root: string): Objection {
  return createObjection("no_repository", `${root} is not in a git repository that has a commit.`, {
    hint: "Commit the project first, then run again: results are tied to a commit.",
    blocks: "verification",
  });
}

async function dirtyWorktree({ root, worktree }: ExperimentCode): Promise<Objection> {
  const files = nameSome(await listUncommitted(root), maxNamed);
  const place = worktree === undefined ? "the main checkout" : "the worktree";
  return createObjection("dirty_worktree", `Uncommitted changes in ${place} ${root}: ${files}.`, {
    hint: "Commit or remove them, then run the experiment again: only a measured commit can be promoted.",
    blocks: "verification",
  });
}

function conflicts({ target }: Target, { conflicts }: PlannedMerge, path: string): Objection {
  const what = `Merging into ${target} conflicts in ${nameSome(conflicts, maxNamed)}.`;
  return createObjection("merge_conflict", what, {
    hint: `git -C ${path} merge ${target}, resolve and commit, then run the experiment again.`,
    blocks: "verification",
  });
}
