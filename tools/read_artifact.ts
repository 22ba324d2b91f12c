import * as z from "zod";
import { readArtifactPart } from "../src/experiments/artifacts/artifact-part.ts";
import { getExperiment } from "../src/experiments/experiments.ts";
import { defineTool, reads } from "./support/define-tool.ts";
import { artifactName, cycleId, experimentSlug, featureId } from "./support/fields.ts";

export const readArtifactTool = defineTool({
  name: "read_artifact",
  description: "A part of an artifact: text, or base64 where it is not text. next_offset leads on.",
  annotations: reads,
  input: z.strictObject({
    feature_id: featureId,
    experiment_slug: experimentSlug,
    cycle_id: cycleId,
    name: artifactName,
    offset: z.number().int().min(0).optional().describe("In bytes, default 0"),
    limit: z.number().int().min(1).max(100_000).optional().describe("In bytes, default 6000"),
  }),
  output: z.object({
    content: z.string(),
    encoding: z.enum(["utf8", "base64"]),
    size: z.number(),
    next_offset: z.number().nullable(),
  }),
  handler: async ({ cycle_id, name, offset = 0, limit = 6000, ...names }, { workspace }) =>
    readArtifactPart(await getExperiment({ ...names, workspace }), cycle_id, name, { offset, limit }),
});
