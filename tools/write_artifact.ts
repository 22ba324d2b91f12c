import * as z from "zod";
import { artifactEntrySchema } from "../schemas/artifact.ts";
import { storeArtifact } from "../src/experiments/artifacts/store-artifact.ts";
import { defineTool, writesRecords } from "./support/define-tool.ts";
import { artifactName, cycleId, experimentSlug, featureId, nextStep } from "./support/fields.ts";

export const writeArtifactTool = defineTool({
  name: "write_artifact",
  description:
    "Store a file in a cycle, from content or a workspace file. Replaces one of the same name. Masks logins in content, but no other secrets.",
  annotations: writesRecords,
  input: z.strictObject({
    feature_id: featureId,
    experiment_slug: experimentSlug,
    cycle_id: cycleId.describe("An existing cycle, or the next, e.g. C3"),
    name: artifactName,
    content: z.string().max(5_000_000).optional().describe("What to store"),
    source_path: z.string().optional().describe("File to store instead, in the workspace"),
    encoding: z.enum(["utf8", "base64"]).optional().describe("Default utf8"),
  }),
  output: z.object({ ...artifactEntrySchema.shape, next_step: nextStep }),
  handler: async (input, { workspace }, attach) => {
    const entry = await storeArtifact({ ...input, workspace });
    const { feature_id, experiment_slug, cycle_id, name } = input;
    attach({
      kind: "resource",
      name: "artifact",
      variables: { feature_id, experiment_slug, cycle_id, name },
    });
    return {
      ...entry,
      next_step: "read_artifact returns it. Comparisons count only files from runs.",
    };
  },
});
