import { existsSync } from "node:fs";
import { locateCode } from "../../experiments/code/worktrees.ts";
import type { FeatureRef } from "../../experiments/layout.ts";
import { findRepository, type Repository } from "../../git/repository.ts";
import type { ExperimentRecords } from "./records.ts";

/** Finds the folder of each experiment's code, by slug, if it has a worktree and that exists. Absolute paths. */
export async function findCodeDirectories(
  { workspace }: FeatureRef,
  all: ExperimentRecords[],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  let repository: Repository | undefined;
  for (const { experiment, worktree: record } of all) {
    if (!record || !existsSync(record.path)) continue;
    // All experiments share one repository.
    repository ??= await findRepository(workspace);
    const { directory } = locateCode({ ...record, known_by: "record" }, repository?.folder ?? "");
    found.set(experiment.experiment_slug, directory);
  }
  return found;
}
