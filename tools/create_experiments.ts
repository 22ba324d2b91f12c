import * as z from "zod";
import { errorSchema } from "../schemas/error.ts";
import { ttlSchema } from "../schemas/plan/plan.ts";
import { cutExperiments } from "../src/lifecycle/create.ts";
import { inspectForks } from "../src/lifecycle/inspect-forks.ts";
import { changesLakebase, defineTool } from "./support/define-tool.ts";
import { experimentSlug, featureId, nextStep } from "./support/fields.ts";
import { takeFitting } from "./support/page.ts";

export const createExperimentsTool = defineTool({
  name: "create_experiments",
  description:
    "Create a Lakebase branch and a git worktree for each design of a feature. Idempotent: also restores missing worktrees.",
  annotations: changesLakebase,
  input: z.strictObject({
    feature_id: featureId,
    experiments: z
      .array(z.strictObject({ experiment_slug: experimentSlug, notes: z.string().max(10_000).optional() }))
      .min(1)
      .max(100)
      .describe("One per design"),
    parent_branch: z.string().optional().describe("Default: the plan's, else the default branch"),
    ttl: ttlSchema.optional().describe("Default: the plan's"),
    worktree: z
      .boolean()
      .optional()
      .describe("false: no worktree; suites select the design by EXPERIMENT_SLUG"),
    base_ref: z.string().min(1).optional().describe("Commit for new worktrees. Default: HEAD"),
    fresh: z.boolean().optional().describe("Delete these branches and fork them again"),
  }),
  output: z.object({
    feature_id: z.string(),
    experiments: z.array(
      z.object({
        experiment_slug: z.string(),
        branch: z.string(),
        created: z.boolean().describe("false: it existed and was kept"),
        expire_time: z.string().nullable().describe("Of the branch"),
        retries: z.number().int().optional().describe("Retried calls to Lakebase"),
        directory: z.string().describe("Absolute path of the records"),
        code_directory: z.string().describe("Absolute path to write the design in"),
        git_branch: z.string().optional(),
        next_step: nextStep,
      }),
    ),
    more_experiments: z.number().int().optional().describe("How many this answer leaves out"),
    warnings: z.array(z.string()),
    errors: z.array(z.object({ experiment_slug: z.string(), ...errorSchema.shape })),
    next_step: nextStep,
  }),
  handler: async (input, context) => {
    const { experiments, warnings, errors } = await cutExperiments(context, input);
    const copied = await inspectForks(context, input.feature_id, experiments);
    const rows = experiments.map((each) => ({ ...each, next_step: describeDesign(each) }));
    const { fitting, left_out } = takeFitting([...errors, ...rows], (each) => "code" in each);
    const next_step = describeNext(errors.length > 0, experiments);
    return {
      feature_id: input.feature_id,
      experiments: rows.filter((row) => fitting.includes(row)),
      ...(left_out > 0 && { more_experiments: left_out }),
      warnings: [...warnings, ...copied],
      errors: errors.filter((error) => fitting.includes(error)),
      next_step: left_out > 0 ? `${next_step} ${describeMore}` : next_step,
    };
  },
});

const describeMore = "To see those left out here, call again with fewer experiments at a time.";

function describeDesign({ git_branch }: { git_branch?: string | undefined }): string {
  return git_branch === undefined
    ? "Have the suites select the design by EXPERIMENT_SLUG, then run it."
    : "Write the design in code_directory and commit it there, then run it.";
}

function describeNext(hasErrors: boolean, experiments: { git_branch?: string | undefined }[]): string {
  if (hasErrors) return "Fix what the errors report, then call again with the same input.";
  const hasWorktrees = experiments.some(({ git_branch }) => git_branch !== undefined);
  return hasWorktrees
    ? "Write each design in its code_directory and commit it there, then call run_experiments."
    : "Call run_experiments.";
}
