import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { byTagSchema } from "../../schemas/experiment/outcomes.ts";

/** Reads the counts by tag from an experiment's record. */
export async function readOutcomes(workspace: string, feature_id: string, experiment_slug: string) {
  const path = join(workspace, ".tdd", "experiments", feature_id, experiment_slug, "outcomes.json");
  return z.object({ by_tag: byTagSchema }).parse(JSON.parse(await readFile(path, "utf8"))).by_tag;
}

/** Lists the ids of all runs of a workspace. */
export async function listRunIds(workspace: string): Promise<string[]> {
  return (await readdir(join(workspace, ".tdd", "runs"))).filter((name) => name.startsWith("run-"));
}

/** Lists an experiment's artifacts, by cycle. */
export const artifactsDirectory = (workspace: string, feature_id: string, experiment_slug: string) =>
  join(workspace, ".tdd", "experiments", feature_id, experiment_slug, "artifacts");
