import * as z from "zod";
import { artifactEntrySchema } from "../schemas/artifact.ts";
import { storeArtifact } from "../src/experiments/artifacts/store-artifact.ts";
import { defineTool, records } from "./support/define-tool.ts";
import { artifactName, cycleId, experimentSlug, featureId, nextStep } from "./support/fields.ts";

export const writeArtifactTool = defineTool({
  name: "write_artifact",
  description:
    "Keep a file of a cycle, from content or from a file of the workspace. Replaces one of that name. Logins in content are masked by their look; it is not searched for other secrets.",
  annotations: records,
  input: z.strictObject({
    feature_id: featureId,
    experiment_slug: experimentSlug,
    cycle_id: cycleId.describe("One that is there, or the next, as C3"),
    name: artifactName,
    content: z.string().max(5_000_000).optional(),
    source_path: z.string().optional().describe("Instead of content; inside the workspace"),
    encoding: z.enum(["utf8", "base64"]).optional().describe("Of content, default utf8"),
  }),
  output: z.object({ ...artifactEntrySchema.shape, next_step: nextStep }),
  handler: async (input, { workspace }) => ({
    ...(await storeArtifact({ ...input, workspace })),
    next_step: "read_artifact gives it back. A comparison counts only what a run left.",
  }),
});
