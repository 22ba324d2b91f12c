import { type CutExperiment, cutExperiments } from "../../lifecycle/create.ts";
import { inspectForks } from "../../lifecycle/inspect-forks.ts";
import { onOneLine } from "../../utils/text/printable.ts";
import { openContext, type Shared } from "../command.ts";
import { print } from "../print.ts";

/** The exit status if not all of them could be created. */
const incomplete = 2;

/**
 * `create FEATURE EXPERIMENT…`: creates a branch and a worktree for each experiment, and restores those that are missing.
 * @throws CoreError whatever `cutExperiments` throws
 */
export async function create(shared: Shared, [feature_id = "", ...slugs]: string[]): Promise<void> {
  const context = openContext(shared);
  const asked = slugs.map((experiment_slug) => ({ experiment_slug }));
  const { experiments, warnings, errors } = await cutExperiments(context, { feature_id, experiments: asked });
  const copied = await inspectForks(context, feature_id, experiments);
  print(
    ...experiments.flatMap(describeExperiment),
    ...[...warnings, ...copied].map((warning) => `note: ${onOneLine(warning)}`),
    ...errors.map(({ experiment_slug, code, message, hint }) =>
      onOneLine(`${experiment_slug}: ${code}: ${message} ${hint}`),
    ),
  );
  if (errors.length > 0) process.exitCode = incomplete;
  else print(`Next: ${describeNext(experiments)}lakebase-experiments run ${feature_id}`);
}

function describeExperiment({ experiment_slug, created, branch, code_directory }: CutExperiment): string[] {
  return [
    `${experiment_slug}: ${created ? "created" : "already there"}`,
    `  branch  ${branch}`,
    `  code    ${code_directory}`,
  ];
}

function describeNext(experiments: readonly CutExperiment[]): string {
  const hasWorktrees = experiments.some(({ git_branch }) => git_branch !== undefined);
  return hasWorktrees ? "write and commit each design in its own code folder. Then " : "";
}
