import { join } from "node:path";
import { experimentSlugSchema, featureIdSchema } from "../../schemas/names.ts";
import { listFolders } from "../utils/files/files.ts";
import { isValid } from "../utils/is-valid.ts";
import { type ExperimentRef, experimentsDirectory, stateDirectory } from "./layout.ts";

/** Lists the folders that may be features, sorted: those with plans, or those with experiments. */
export async function listFeatureIds(
  workspace: string,
  records: "features" | "experiments",
): Promise<string[]> {
  const folders = await listFolders(join(stateDirectory(workspace), records));
  return folders.filter((name) => isValid(featureIdSchema, name)).sort();
}

/** Lists the folders of a feature that may be experiments, sorted by slug. Those with a `branch.txt` are. */
export async function listRefs(workspace: string, featureId: string): Promise<ExperimentRef[]> {
  const folders = await listFolders(experimentsDirectory(workspace, featureId));
  const slugs = folders.filter((name) => isValid(experimentSlugSchema, name));
  return slugs.sort().map((experiment_slug) => ({ workspace, feature_id: featureId, experiment_slug }));
}

/** Lists those of all features, sorted. */
export async function listAllRefs(workspace: string): Promise<ExperimentRef[]> {
  const features = await listFeatureIds(workspace, "experiments");
  return (await Promise.all(features.map((featureId) => listRefs(workspace, featureId)))).flat();
}
