import * as z from "zod";
import { artifactEntrySchema } from "../schemas/artifact.ts";
import { listArtifacts } from "../src/experiments/artifacts/artifacts.ts";
import { getExperiment } from "../src/experiments/experiments.ts";
import { defineTool, reads } from "./support/define-tool.ts";
import { cycleId, experimentSlug, featureId } from "./support/fields.ts";
import { takePage } from "./support/page.ts";

export const listArtifactsTool = defineTool({
  name: "list_artifacts",
  description:
    "The artifacts of an experiment: reports, logs and whatever its suites left, by cycle and name.",
  annotations: reads,
  input: z.strictObject({
    feature_id: featureId,
    experiment_slug: experimentSlug,
    cycle_id: cycleId.optional(),
    limit: z.number().int().min(1).max(200).optional().describe("Default 50"),
    cursor: z.string().optional().describe("next_cursor of the answer before"),
  }),
  output: z.object({
    artifacts: z.array(artifactEntrySchema),
    total: z.number(),
    next_cursor: z.string().nullable(),
  }),
  handler: async ({ cycle_id, limit = 50, cursor, ...names }, { workspace }) => {
    const experiment = await getExperiment({ ...names, workspace });
    const entries = await listArtifacts(experiment, cycle_id);
    const { page, next_cursor } = takePage(entries, limit, cursor);
    return { artifacts: page, total: entries.length, next_cursor };
  },
});
