import { join } from "node:path";
import { schemaDifferenceSchema } from "../../schemas/comparison/schema-change.ts";
import { summarizeChanges } from "../database/summary.ts";
import { findWorktree, locateCode } from "../experiments/code/worktrees.ts";
import { schemaDifferenceName } from "../experiments/layout.ts";
import { findRepository } from "../git/repository.ts";
import { type Differences, measureCode } from "../runs/cycle/differences.ts";
import type { CycleIdentity } from "../runs/cycle/scope.ts";
import { readRecord } from "../utils/files/json.ts";
import { readIfValid } from "../utils/files/salvage.ts";

/**
 * Reads how an experiment differs from what it began with: its code by its commit here, its schema as its run found it.
 * What cannot be determined is omitted, because it decides nothing.
 * @param directory of the cycle's artifacts
 */
export async function readDifferences(
  { experiment, tree }: Pick<CycleIdentity, "experiment" | "tree">,
  directory: string,
): Promise<Differences> {
  const worktree = await findWorktree(experiment);
  const repository = await findRepository(experiment.workspace);
  // The commit is in the repository even if the worktree is gone.
  const code = worktree && {
    ...locateCode(worktree, repository?.folder ?? ""),
    root: experiment.workspace,
  };
  const found = await readIfValid(join(directory, schemaDifferenceName), (path) =>
    readRecord(path, schemaDifferenceSchema),
  );
  return {
    ...(found !== undefined && { schema_diff_summary: summarizeChanges(found.changes) }),
    ...(code !== undefined && (await measureCode({ experiment, tree, code }))),
  };
}
