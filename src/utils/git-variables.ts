/**
 * The variables that bind git to one repository, its index, or its objects. git exports them to hooks and aliases, and
 * our own git commands would inherit them. Source: `local_repo_env` in git's environment.c, which `git rev-parse
 * --local-env-vars` prints.
 */
const names = new Set([
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_COMMON_DIR",
  "GIT_CONFIG",
  "GIT_CONFIG_COUNT",
  "GIT_CONFIG_PARAMETERS",
  "GIT_DIR",
  "GIT_GRAFT_FILE",
  "GIT_IMPLICIT_WORK_TREE",
  "GIT_INDEX_FILE",
  "GIT_INTERNAL_SUPER_PREFIX",
  "GIT_NO_REPLACE_OBJECTS",
  "GIT_OBJECT_DIRECTORY",
  "GIT_PREFIX",
  "GIT_REPLACE_REF_BASE",
  "GIT_SHALLOW_FILE",
  "GIT_WORK_TREE",
]);

/** Not in that list, but set for the duration of one git command, and relevant to what git finds. */
const ofOneCommand =
  /^GIT_(CONFIG_(KEY|VALUE)_\d+|(LITERAL|GLOB|NOGLOB|ICASE)_PATHSPECS|NAMESPACE|QUARANTINE_PATH|REFLOG_ACTION|PUSH_OPTION_.*)$/;

/** Whether an environment has a variable that may bind git to a repository in a version of git later than our list. */
export function hasUnknownGitVariables(env: NodeJS.ProcessEnv): boolean {
  return Object.keys(env).some((name) => name.startsWith("GIT_") && !isGitVariable(name));
}

/** Adds the variables that this machine's git lists, because a later version may have more. */
export function addGitVariables(more: readonly string[]): void {
  for (const name of more) if (/^GIT_[A-Z_]+$/.test(name)) names.add(name);
}

/** Returns an environment in which git finds only the repository of the folder it is started in. */
export function withoutGitVariables(env: NodeJS.ProcessEnv): Record<string, string> {
  const kept = Object.entries(env).flatMap<[string, string]>(([name, value]) =>
    value === undefined || isGitVariable(name) ? [] : [[name, value]],
  );
  return Object.fromEntries(kept);
}

function isGitVariable(name: string): boolean {
  return names.has(name) || ofOneCommand.test(name);
}
