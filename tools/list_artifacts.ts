import * as z from "zod";
import { artifactEntrySchema } from "../schemas/artifact.ts";
import { listArtifacts } from "../src/experiments/artifacts/artifacts.ts";
import { getExperiment } from "../src/experiments/experiments.ts";
import { defineTool, reads } from "./support/define-tool.ts";
import { cursor, cycleId, experimentSlug, featureId, nextStep, pageLimit } from "./support/fields.ts";
import { describeNextPage, takePage } from "./support/page.ts";

/** A few are enough to show the form of the addresses. */
const mostLinks = 3;

export const listArtifactsTool = defineTool({
  name: "list_artifacts",
  description:
    "List an experiment's artifacts (reports, logs and other files from its suites) by cycle and name.",
  annotations: reads,
  input: z.strictObject({
    feature_id: featureId,
    experiment_slug: experimentSlug,
    cycle_id: cycleId.optional().describe("Default: all"),
    limit: pageLimit.describe("Page size. Default 50"),
    cursor,
  }),
  output: z.object({
    artifacts: z.array(artifactEntrySchema),
    total: z.number().describe("Over all pages"),
    next_cursor: z.string().nullable(),
    next_step: nextStep,
  }),
  handler: async ({ cycle_id, limit = 50, cursor, ...names }, { workspace }, attach) => {
    const experiment = await getExperiment({ ...names, workspace });
    const entries = await listArtifacts(experiment, cycle_id);
    const { page, next_cursor } = takePage(entries, limit, cursor);
    for (const { cycle_id: cycle, name } of page.slice(0, mostLinks))
      attach({ kind: "resource", name: "artifact", variables: { ...names, cycle_id: cycle, name } });
    const otherwise =
      entries.length === 0
        ? "Call run_experiments: files that its suites write into ARTIFACTS_DIR are kept here."
        : "Call read_artifact with cycle_id and name to read one.";
    const next_step = describeNextPage(next_cursor, otherwise);
    return { artifacts: page, total: entries.length, next_cursor, next_step };
  },
});
