import * as z from "zod";
import { artifactNameSchema, relativePathSchema, tagSchema } from "./names.ts";

/** An argument list, run without a shell. `$NAME` in an argument is replaced from the command's environment. */
export const commandSchema = z
  .array(z.string())
  .min(1, "a command is a list of at least one argument")
  .refine((argv) => argv[0] !== "", "the first argument names the program")
  .meta({ examples: [["npm", "test"]] });

/** Where a command runs, below the directory of the experiment's code. */
const cwdSchema = relativePathSchema("cwd").meta({
  description: "The folder that the command runs in, relative to the experiment's code.",
  examples: ["packages/server"],
});

const stepSchema = z.strictObject({ command: commandSchema, cwd: cwdSchema.optional() });
/** A command of a plan, and the folder below the experiment's code that it runs in. */
export type Step = z.infer<typeof stepSchema>;

const oneStepSchema = z.union([commandSchema, stepSchema]);

/** One command or a list of them, each with its folder where it has one. Parsed, it is always a list of steps. */
export const stepsSchema = z
  .union([commandSchema, stepSchema, z.array(oneStepSchema).min(1, "a list of steps has at least one step")])
  .transform((value): Step[] => {
    const steps = Array.isArray(value) && !isCommand(value) ? value : [value];
    return steps.map((step) => (Array.isArray(step) ? { command: step } : step));
  });

function isCommand(list: readonly unknown[]): list is string[] {
  return list.every((each) => typeof each === "string");
}

/** Set for every command from the experiment itself: another value would lead to another branch, or to none. */
const fixedVariables = [
  "PGHOST",
  "PGHOSTADDR",
  "PGPORT",
  "PGUSER",
  "PGPASSWORD",
  "PGPASSFILE",
  "PGSERVICE",
  "PGSERVICEFILE",
  "LAKEBASE_BRANCH",
  "LAKEBASE_ENDPOINT",
  "FEATURE_ID",
  "EXPERIMENT_SLUG",
  "CYCLE_ID",
  "EXPERIMENT_TAG",
  "ARTIFACTS_DIR",
  "MAIN_CHECKOUT",
];

/** Variables by name. `$NAME` and `${NAME}` in a value are replaced when a command starts; `$$` is a dollar sign. */
export const envSchema = z
  .record(
    z
      .string()
      .regex(
        /^[A-Za-z_][A-Za-z0-9_]*$/,
        "a variable's name has letters, digits and _, and begins with no digit",
      )
      .refine((name) => !fixedVariables.includes(name), {
        error: ({ input }) => `${input} is set from the experiment and cannot be set here`,
      }),
    z.string().refine((value) => !value.includes("\0"), "a variable's value has no NUL character"),
  )
  .refine((env) => env.DATABASE_URL?.includes("$") ?? true, {
    path: ["DATABASE_URL"],
    error: "it must be made from $DATABASE_URL, or it would lead away from the experiment's branch",
  })
  .meta({
    description:
      "Variables that the commands get beside the experiment's own. $NAME is replaced; a suite's win over the plan's.",
    examples: [{ TEST_DATABASE_URL: "$DATABASE_URL" }],
  });

export const reportSchema = z.discriminatedUnion("format", [
  z.strictObject({ format: z.literal("exit-code") }),
  z.strictObject({
    format: z.enum(["junit", "vitest-json", "jest-json", "playwright-json", "tap", "ctrf"]),
    /** Relative to `ARTIFACTS_DIR`. */
    path: artifactNameSchema,
  }),
]);
export type ReportSpec = z.infer<typeof reportSchema>;

export const suiteSchema = z.strictObject({
  command: commandSchema,
  report: reportSchema,
  cwd: cwdSchema.optional(),
  env: envSchema.optional(),
  timeout_seconds: z.number().int().min(1).max(86_400).default(600),
  /** Run the suite once more on a fresh branch when it fails, to tell what the code did from what the branch's state did. */
  retry_on_fresh_branch: z.boolean().optional(),
});
export type Suite = z.infer<typeof suiteSchema>;

/**
 * What the kit's own writers put into a plan and its budget. Kept as it is, and nothing of ours goes by it.
 * Source: databricks-solutions/lakebase-app-dev-kit, scripts/sftdd/schemas/plan.schema.json.
 */
const kitPlan = {
  feature_id: z.unknown().optional(),
  story_id: z.unknown().optional(),
  N: z.unknown().optional(),
  mode: z.unknown().optional(),
  strategies: z.unknown().optional(),
  rationale: z.unknown().optional(),
  spike_inputs: z.unknown().optional(),
};
const kitBudget = { agent_pairs: z.unknown().optional(), per_experiment: z.unknown().optional() };

export const budgetSchema = z.strictObject({
  /** A hard cap on the experiments that run at once. */
  concurrent_branches: z.number().int().min(1).default(4),
  wall_clock_minutes: z.number().positive().default(30),
  max_branches: z.number().int().min(1).default(10),
  ...kitBudget,
});

/** A lifetime as Lakebase writes it: whole seconds and an `s`. */
export const ttlSchema = z.string().regex(/^[1-9][0-9]*s$/, 'a ttl is whole seconds, as in "604800s"');

/** `plan.json` of a feature: its budget, and its commands per tag. */
export const planSchema = z.strictObject({
  $schema: z.string().optional(),
  budget: budgetSchema.prefault({}),
  parent_branch: z.string().optional(),
  /** The parent branch is not there: refuse, which is the default, or fork from the default branch. */
  missing_parent: z.enum(["refuse", "use_default"]).optional(),
  ttl: ttlSchema.default("604800s"),
  /** Tried in this order where the workspace refuses `ttl` as too long; the answer says until when the branch lives. */
  shorter_ttls: z.array(ttlSchema).max(5).optional(),
  env: envSchema.optional(),
  /** Run once per experiment and run, before its suites. */
  setup: stepsSchema.optional(),
  suites: z
    .record(
      tagSchema.refine((tag) => tag !== "setup", '"setup" is the name of the step before the suites'),
      suiteSchema,
    )
    .refine((suites) => Object.keys(suites).length > 0, "a plan has at least one suite"),
  ...kitPlan,
});
export type Plan = z.infer<typeof planSchema>;
