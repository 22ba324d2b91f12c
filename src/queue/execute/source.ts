import { mkdir, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { runDirectory, worktreeBranch } from "../../experiments/layout.ts";
import { git } from "../../git/git.ts";
import type { CycleScope } from "../../runs/cycle/scope.ts";
import { CoreError } from "../../utils/core-error.ts";

/** The largest git bundle that the queue's database is given, in bytes. */
const mostCodeBytes = 64_000_000;

/** The code of an experiment, as other machines can get it. */
export interface CodeSource {
  commit: string;
  git_branch: string;
  /** The commit where the git branch began. */
  base_commit: string;
  /** Whether a remote has the commit, as far as this clone knows. */
  isPushed: boolean;
}

/** What a git bundle is made from. */
type PackedCode = Pick<CycleScope, "runId" | "tree"> & {
  experiment: Pick<CycleScope["experiment"], "workspace" | "experiment_slug">;
  code: Pick<CycleScope["code"], "root">;
};

/**
 * Finds what other machines can get of an experiment's code: its commit, and nothing that is not committed.
 * @throws CoreError `uncommitted_work`, `no_repository`
 */
export async function findSource({ experiment, code, tree }: CycleScope): Promise<CodeSource> {
  const { experiment_slug } = experiment;
  const { root, worktree } = code;
  if (tree.commit === null) {
    throw new CoreError("no_repository", `${root} has no commit for other machines to fetch.`, {
      hint: "Commit the project, or unset LAKEBASE_QUEUE_URL to run here.",
    });
  }
  if (tree.dirty) {
    const what = `${experiment_slug} has uncommitted changes in ${root}, which other machines cannot fetch.`;
    throw new CoreError("uncommitted_work", what, {
      hint: "Commit them, or unset LAKEBASE_QUEUE_URL to run here.",
    });
  }
  const remotes = await git(root, ["branch", "--remotes", "--contains", tree.commit, "--format=%(refname)"]);
  return {
    commit: tree.commit,
    git_branch: worktree?.git_branch ?? worktreeBranch(experiment),
    base_commit: worktree?.base_commit ?? tree.commit,
    isPushed: !remotes.failed && remotes.stdout !== "",
  };
}

/**
 * Packs a commit as a git bundle, with all of its history that no remote has.
 * @param use is given the path of the bundle, which is removed afterwards
 * @param most in bytes
 * @throws CoreError `queue_code_too_large`, `git_unreadable`
 */
export async function withCodeBundle(
  { runId, experiment, code, tree }: PackedCode,
  use: (path: string) => Promise<void>,
  most: number = mostCodeBytes,
): Promise<void> {
  const path = join(runDirectory(experiment.workspace, runId), "code", `${tree.commit}.bundle`);
  await mkdir(dirname(path), { recursive: true });
  try {
    const made = await git(code.root, ["bundle", "create", "--quiet", path, "HEAD", "--not", "--remotes"]);
    if (made.failed) throw notPacked(code.root, tree.commit, made.stderr);
    const { size } = await stat(path);
    if (size > most) throw tooLarge(experiment.experiment_slug, size, most);
    await use(path);
  } finally {
    await rm(path, { force: true });
  }
}

function notPacked(root: string, commit: string | null, stderr: string): CoreError {
  const what = `git could not pack ${commit?.slice(0, 12)} of ${root} for the queue: ${stderr}`;
  return new CoreError("git_unreadable", what, { hint: "Fix what git reports, then call again." });
}

function tooLarge(slug: string, size: number, most: number): CoreError {
  const what = `The commits of ${slug} that no remote has take ${showMegabytes(size)}; a job carries at most ${showMegabytes(most)}.`;
  return new CoreError("queue_code_too_large", what, {
    hint: "Push the experiment's git branch to a remote that the workers can fetch from, or unset LAKEBASE_QUEUE_URL to run here.",
  });
}

function showMegabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
