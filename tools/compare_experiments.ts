import { z } from "zod";
import { comparisonSchema } from "../schemas/comparison.ts";
import { compareExperiments } from "../src/comparison/compare.ts";
import { defineTool, reads } from "./define-tool.ts";
import { featureId } from "./fields.ts";

export const compareExperimentsTool = defineTool({
  name: "compare_experiments",
  description:
    "Compare a feature's experiments on their records: tag matrix, signals, and promote, synthesize, continue or abandon-all with the reason. Works while a run goes on.",
  annotations: reads,
  input: z.strictObject({ feature_id: featureId }),
  output: comparisonSchema,
  handler: ({ feature_id }, { workspace }) => compareExperiments({ workspace, feature_id }),
});
