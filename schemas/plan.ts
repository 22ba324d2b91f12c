import * as z from "zod";
import { decideBySchema, hasDecidingSuite } from "./decide-by.ts";
import { kitBudget, kitPlan } from "./kit-plan.ts";
import { branchPrefixSchema, relativePathSchema, tagSchema } from "./names.ts";

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
  })
  .meta({
    examples: [[["npm", "run", "migrate"], { command: ["npm", "run", "seed"], cwd: "packages/server" }]],
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

const formatSchema = z
  .enum(["junit", "vitest-json", "jest-json", "playwright-json", "tap", "ctrf"])
  .meta({ description: "What the report is written in. Counts come from its cases, never from a summary." });

/** Where a report is: below the folder that it is looked for in, also where braces give a choice. */
const reportPathSchema = z
  .string()
  .max(1024, "a report's path has at most 1024 characters")
  .refine((path) => !/[\p{Cc}\\]/u.test(path), "a report's path has no backslash and no control characters")
  .refine((path) => !/^[./]*$/.test(path), "a report's path names a file, a folder or a glob")
  .refine(
    (path) => !/(?:^|[{,(|])(?:\/|[A-Za-z]:)|^!/.test(path) && !path.split(/[/{},()|]/).includes(".."),
    'a report\'s path is relative and leads out of no folder: no leading "/" or "!", no ".." part',
  )
  .meta({
    description:
      "A file, a folder or a glob (target/surefire-reports/*.xml), below ARTIFACTS_DIR or else below the folder that the suite runs in. The files that the run wrote count together.",
  });

export const reportSchema = z
  .discriminatedUnion("format", [
    z.strictObject({ format: z.literal("exit-code") }),
    z.strictObject({ format: formatSchema, path: reportPathSchema }),
  ])
  .meta({
    description:
      "How the suite is counted: by the report that it writes, or by its exit status (exit-code), as one test.",
    examples: [{ format: "junit", path: "junit.xml" }, { format: "exit-code" }],
  });
export type ReportSpec = z.infer<typeof reportSchema>;
export type FileReportSpec = Exclude<ReportSpec, { format: "exit-code" }>;

export const suiteSchema = z
  .strictObject({
    command: commandSchema.meta({
      description:
        "An argument list, run without a shell, with node_modules/.bin on the path. $NAME is replaced.",
      examples: [["vitest", "run", "--reporter=junit", "--outputFile=$ARTIFACTS_DIR/junit.xml"]],
    }),
    report: reportSchema,
    cwd: cwdSchema.optional(),
    env: envSchema.optional(),
    timeout_seconds: z
      .number()
      .int()
      .min(1)
      .max(86_400)
      .default(600)
      .meta({ description: "How long the suite may take.", examples: [300] }),
    retry_on_fresh_branch: z
      .boolean()
      .optional()
      .meta({
        description:
          "Run the suite once more on a fresh branch when it fails, to tell what the code did from what the branch's state did.",
        examples: [true],
      }),
    required: z
      .boolean()
      .optional()
      .meta({
        description:
          "Whether an experiment has to be measured by this suite to win, as it does by default. Where false, what fails in it still counts.",
        examples: [false],
      }),
  })
  .meta({
    examples: [
      {
        command: ["vitest", "run", "--reporter=junit", "--outputFile=$ARTIFACTS_DIR/junit.xml"],
        report: { format: "junit", path: "junit.xml" },
      },
    ],
  });
export type Suite = z.infer<typeof suiteSchema>;

const positive = z.number().int().min(1);

export const budgetSchema = z.strictObject({
  concurrent_branches: positive
    .default(4)
    .meta({ description: "A hard cap on the experiments that run at once.", examples: [4] }),
  wall_clock_minutes: z
    .number()
    .positive()
    .default(30)
    .meta({ description: "How long a cycle may take in all; a run is ended then.", examples: [30] }),
  max_branches: positive
    .default(10)
    .meta({ description: "How many branches the feature may have.", examples: [10] }),
  ...kitBudget,
});

/** A lifetime as Lakebase writes it: whole seconds and an `s`. */
export const ttlSchema = z.string().regex(/^[1-9][0-9]*s$/, 'a ttl is whole seconds, as in "604800s"');

/** How the experiments' git worktrees are made. */
export const worktreesSchema = z
  .strictObject({
    directory: z
      .string()
      .min(1, "a folder's name is not empty")
      .refine((path) => !path.includes("\0"), "a path has no NUL character")
      .optional()
      .meta({
        description:
          "Where worktrees go: absolute, or relative to the workspace. Default: beside the checkout, in a folder with its name and .worktrees. Inside the checkout, git must ignore it.",
        examples: ["../shop.worktrees"],
      }),
    prepare: stepsSchema.optional().meta({
      description:
        "One command or a list that installs what a worktree needs. Run once per worktree, and again when a lock file changed.",
      examples: [["npm", "ci"]],
    }),
    copy: z
      .array(relativePathSchema("a path"))
      .max(50)
      .optional()
      .meta({
        description:
          "Files of the workspace that git ignores, such as .env, to copy into each worktree. What is there stays; values that look secret are masked in artifacts.",
        examples: [[".env"]],
      }),
    link: z
      .array(relativePathSchema("a path"))
      .max(50)
      .optional()
      .meta({
        description:
          "Folders of the workspace to share with each worktree by a link, instead of an install for each.",
        examples: [["node_modules"]],
      }),
  })
  .meta({
    description: "How the experiments' git worktrees are made.",
    examples: [{ directory: "../shop.worktrees", prepare: ["npm", "ci"], copy: [".env"], link: ["data"] }],
  });
export type WorktreesPlan = z.infer<typeof worktreesSchema>;

const wholePlanSchema = z.strictObject({
  $schema: z
    .string()
    .optional()
    .meta({
      description: "For editors: a path or address of this schema.",
      examples: ["../../../schemas/plan.schema.json"],
    }),
  budget: budgetSchema.prefault({}).meta({
    description: "What the feature's experiments may use.",
    examples: [{ concurrent_branches: 4, wall_clock_minutes: 30, max_branches: 10 }],
  }),
  parent_branch: z
    .string()
    .optional()
    .meta({
      description: "The branch that experiments are forked from. Default: the project's default branch.",
      examples: ["production"],
    }),
  missing_parent: z
    .enum(["refuse", "use_default"])
    .optional()
    .meta({
      description: "Where the parent branch is not there: refuse, or fork from the default branch.",
      examples: ["refuse"],
    }),
  branch_prefix: branchPrefixSchema.optional().meta({
    description:
      "What the names of new branches begin with. LAKEBASE_BRANCH_PREFIX, which is one person's, comes before it.",
    examples: ["kai"],
  }),
  ttl: ttlSchema
    .default("604800s")
    .meta({ description: "How long an experiment's branch lives.", examples: ["604800s"] }),
  shorter_ttls: z
    .array(ttlSchema)
    .max(5)
    .optional()
    .meta({
      description: "Tried in this order where the workspace refuses ttl as too long.",
      examples: [["86400s"]],
    }),
  worktrees: worktreesSchema.optional(),
  env: envSchema.optional(),
  ports: positive
    .max(20)
    .optional()
    .meta({
      description:
        "How many free ports each experiment gets for the length of its cycle, as PORT, PORT_1 and so on. No other cycle on the machine gets them.",
      examples: [1],
    }),
  setup: stepsSchema.optional().meta({
    description:
      "One command or a list, run once per experiment and run, before its suites. A step may name its folder.",
    examples: [[["npm", "run", "migrate"], { command: ["npm", "run", "seed"], cwd: "packages/server" }]],
  }),
  suites: z
    .record(
      tagSchema
        .refine((tag) => tag !== "setup", '"setup" is the name of the step before the suites')
        .refine((tag) => tag !== "prepare", '"prepare" is the name of the step that installs in a worktree'),
      suiteSchema,
    )
    .refine((suites) => Object.keys(suites).length > 0, "a plan has at least one suite")
    .meta({
      description: "The suites by tag: api, e2e, infra, or any other lower-case name.",
      examples: [
        {
          api: {
            command: ["vitest", "run", "--reporter=junit", "--outputFile=$ARTIFACTS_DIR/junit.xml"],
            report: { format: "junit", path: "junit.xml" },
            cwd: "packages/server",
            env: { TEST_DATABASE_URL: "$DATABASE_URL" },
            timeout_seconds: 300,
            retry_on_fresh_branch: true,
            required: true,
          },
          infra: { command: ["make", "check-migrations"], report: { format: "exit-code" } },
        },
      ],
    }),
  decide_by: decideBySchema.optional(),
  ...kitPlan,
});

/** `plan.json` of a feature: its budget, and its commands per tag. */
export const planSchema = wholePlanSchema.refine(hasDecidingSuite, {
  path: ["decide_by", "tag"],
  error: "the plan has no suite for this tag",
});
export type Plan = z.infer<typeof planSchema>;

/** As the kit's own writers leave a plan: they name no commands. */
export const planWithoutSuitesSchema = wholePlanSchema.omit({ suites: true });
