import { isUtf8 } from "node:buffer";
import { listArtifactNames, readArtifact } from "../experiments/artifacts/artifacts.ts";
import { readImage } from "../experiments/artifacts/image.ts";
import { getExperiment } from "../experiments/experiments.ts";
import { artifactPath, type ExperimentRef } from "../experiments/layout.ts";
import { listRefs } from "../experiments/list-refs.ts";
import { listSlugs } from "../experiments/list-slugs.ts";
import { CoreError } from "../utils/core-error.ts";
import { listFeatures, type Resource, take, type Variables } from "./resource.ts";

/** In bytes. A resource is read in one piece, and clients hold it in memory or in a model's context. */
const largest = 2 ** 20;

/** A file left by a cycle. Not listed, because a feature may have thousands. */
export const artifactResource: Resource = {
  name: "artifact",
  title: "Artifact of a cycle",
  description: "A report, a log or whatever else a suite left. At most 1 MiB.",
  media_type: "application/octet-stream",
  template: "lakebase://features/{feature_id}/experiments/{experiment_slug}/artifacts/{cycle_id}/{+name}",
  list: async () => [],
  complete: {
    feature_id: listFeatures,
    experiment_slug: async (workspace, given) => {
      const refs = await listRefs(workspace, take(given, "feature_id"));
      return listSlugs(refs);
    },
    cycle_id: async (workspace, given) =>
      [...(await listArtifactNames(refer(workspace, given))).keys()].sort(),
    name: async (workspace, given) => {
      const names = await listArtifactNames(refer(workspace, given));
      return [...(names.get(take(given, "cycle_id")) ?? [])].sort();
    },
  },
  read: async (workspace, variables) => {
    const [cycle, name] = [take(variables, "cycle_id"), take(variables, "name")];
    const experiment = await getExperiment(refer(workspace, variables));
    const { content, size } = await readArtifact(experiment, cycle, name, { limit: largest });
    if (size > largest) throw tooLarge(artifactPath(experiment, cycle, name), size);
    if (isUtf8(content)) return { media_type: guessTextType(name), text: content.toString() };
    const image = await readImage(experiment, cycle, name);
    return { media_type: image?.media_type ?? "application/octet-stream", bytes: content };
  },
  findFiles: async (workspace, variables) => [
    artifactPath(refer(workspace, variables), take(variables, "cycle_id"), take(variables, "name")),
  ],
};

function refer(workspace: string, variables: Variables): ExperimentRef {
  const [feature_id, experiment_slug] = [take(variables, "feature_id"), take(variables, "experiment_slug")];
  return { workspace, feature_id, experiment_slug };
}

/** An HTML page written by a suite is served as plain text, so that no client runs what is in it. */
function guessTextType(name: string): string {
  return name.endsWith(".json") ? "application/json" : "text/plain";
}

function tooLarge(path: string, size: number): CoreError {
  return new CoreError(
    "artifact_too_large",
    `The artifact has ${size} bytes; a resource returns at most ${largest}.`,
    {
      hint: `Read it in parts, or open ${path}.`,
    },
  );
}
