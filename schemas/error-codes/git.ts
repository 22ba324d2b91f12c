import type { ErrorCodeEntry } from "./entry.ts";

/** A problem with git or a worktree. */
export const gitErrors = {
  code_moved: {
    meaning: "The experiment's code was edited, committed, switched or stashed during its cycle.",
    remedy: "Run the experiment again, and leave its code alone until the run has ended.",
    retry: "no",
  },
  code_outside: {
    meaning: "Part of the experiment's code would come from another checkout.",
    remedy:
      "Name paths relative to the worktree, and install dependencies in each: see `worktrees.prepare` in [plan.md](plan.md).",
    retry: "no",
  },
  commit_failed: {
    meaning: "git could not commit.",
    remedy: "Commit by hand, or fix what git reports; then call again.",
    retry: "no",
  },
  git_branch_exists: {
    meaning: "A git branch with this name already exists.",
    remedy: "Continue from it, or choose another name.",
    retry: "no",
  },
  git_branch_gone: {
    meaning: "The experiment's git branch was deleted.",
    remedy: "Restore it with `git branch NAME COMMIT`.",
    retry: "no",
  },
  git_branch_in_use: {
    meaning: "The experiment's git branch is checked out somewhere else.",
    remedy: "Switch that checkout to another branch, then call again.",
    retry: "no",
  },
  git_stopped: {
    meaning: "A git command was killed or took too long, so it is not known what it would have found.",
    remedy: "Call again.",
    retry: "yes",
  },
  git_unreadable: {
    meaning: "git could not read the state of a folder.",
    remedy: "Fix what git reports, then call again.",
    retry: "no",
  },
  no_repository: {
    meaning: "The workspace is not in a git repository, or the repository has no commit.",
    remedy: "Commit the project first, or pass `worktree: false`.",
    retry: "no",
  },
  prepare_failed: {
    meaning: "The plan's `worktrees.prepare` failed.",
    remedy: "Read the log that the hint names.",
    retry: "no",
  },
  share_failed: {
    meaning: "A file or folder could not be copied or linked into the worktree.",
    remedy: "Correct `worktrees.copy` or `worktrees.link` in `plan.json`.",
    retry: "no",
  },
  uncommitted_work: {
    meaning: "The worktree has changes that are not committed, and would be lost.",
    remedy: "Commit or remove them, or pass `commit_uncommitted`.",
    retry: "no",
  },
  worktree_branch: {
    meaning: "The worktree is on a git branch other than the experiment's.",
    remedy: "Switch it back, as the hint shows.",
    retry: "no",
  },
  worktree_busy: {
    meaning: "git is running in the worktree, or was killed there.",
    remedy: "Call again when it has finished; if no git is running, remove the lock file.",
    retry: "yes",
  },
  worktree_conflict: {
    meaning: "The experiment already has a worktree, and it differs from the requested one.",
    remedy: "Omit `worktree` to keep it, or create another experiment.",
    retry: "no",
  },
  worktree_failed: {
    meaning: "git could not create or complete the worktree.",
    remedy: "Fix what git reports, then call again.",
    retry: "no",
  },
  worktree_folder_missing: {
    meaning: "The worktree lacks the folder that the workspace is in.",
    remedy: "Restore the folder, or start the server in another one.",
    retry: "no",
  },
  worktree_foreign: {
    meaning: "The folder belongs to a different repository or worktree.",
    remedy: "Move it away, then call again.",
    retry: "no",
  },
  worktree_gone: {
    meaning: "The worktree was deleted.",
    remedy: "`create_experiments` restores it from its git branch.",
    retry: "no",
  },
  worktree_incomplete: {
    meaning: "Files are missing from the worktree.",
    remedy: "`create_experiments` completes it; existing files stay.",
    retry: "no",
  },
  worktree_locked: {
    meaning: "The worktree is locked in git, and its folder is missing.",
    remedy: "Bring the folder back, or `git worktree unlock` it.",
    retry: "no",
  },
  worktree_moved: {
    meaning: "The worktree or its repository was moved.",
    remedy: "Run `git worktree repair`, or call `create_experiments` again.",
    retry: "no",
  },
  worktree_not_prepared: {
    meaning: "A suite failed because something is missing from the worktree that the main checkout has.",
    remedy: "Use `worktrees.prepare`, `worktrees.copy` or `worktrees.link` in `plan.json`.",
    retry: "no",
  },
  worktree_not_removed: {
    meaning: "The worktree could not be removed.",
    remedy: "Fix what the message reports, then call again.",
    retry: "no",
  },
  worktree_taken: {
    meaning: "Something else is where the worktree belongs.",
    remedy: "Move it away, or choose another `worktrees.directory`.",
    retry: "no",
  },
  worktrees_inside: {
    meaning: "Worktrees would be inside a checkout that does not ignore them.",
    remedy: "Omit the setting to place them next to the checkout, or ignore the folder in git.",
    retry: "no",
  },
} as const satisfies Record<string, ErrorCodeEntry>;
