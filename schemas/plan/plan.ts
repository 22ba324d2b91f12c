import * as z from "zod";
import { branchPrefixSchema, relativePathSchema, tagSchema } from "../names.ts";
import { perExperimentSchema } from "./cap.ts";
import { decideBySchema, hasDecidingSuite } from "./decide-by.ts";
import { kitBudget, kitPlan } from "./kit-plan.ts";

import { envSchema, type Suite, stepsSchema, suiteSchema } from "./suite.ts";

const positive = z.number().int().min(1);

export const budgetSchema = z.strictObject({
  concurrent_branches: positive
    .default(4)
    .meta({ description: "A hard cap on the experiments that run at once.", examples: [4] }),
  wall_clock_minutes: z
    .number()
    .positive()
    .default(30)
    .meta({ description: "How long a cycle may take in total; then its run is stopped.", examples: [30] }),
  max_branches: positive
    .default(10)
    .meta({ description: "How many branches the feature may have.", examples: [10] }),
  per_experiment: perExperimentSchema.optional(),
  ...kitBudget,
});

/** A lifetime in Lakebase's format: whole seconds followed by `s`. */
export const ttlSchema = z.string().regex(/^[1-9][0-9]*s$/, 'a ttl must be whole seconds, as in "604800s"');

/** How the experiments' git worktrees are created. */
const worktreesSchema = z
  .strictObject({
    directory: z
      .string()
      .min(1, "a folder's name must not be empty")
      .refine((path) => !path.includes("\0"), "a path must not contain a NUL character")
      .optional()
      .meta({
        description:
          "Where worktrees go: absolute, or relative to the workspace. Default: next to the checkout, in a folder with its name followed by .worktrees. Inside the checkout, git must ignore it.",
        examples: ["../shop.worktrees"],
      }),
    prepare: stepsSchema.optional().meta({
      description:
        "One command or a list that installs what a worktree needs. Run once per worktree, and again when a lock file has changed.",
      examples: [["npm", "ci"]],
    }),
    copy: z
      .array(relativePathSchema("a path"))
      .max(50)
      .optional()
      .meta({
        description:
          "Files of the workspace that git ignores, such as .env, to copy into each worktree. Existing files stay; values that look secret are masked in artifacts.",
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
    description: "How the experiments' git worktrees are created.",
    examples: [{ directory: "../shop.worktrees", prepare: ["npm", "ci"], copy: [".env"], link: ["data"] }],
  });
export type WorktreesPlan = z.infer<typeof worktreesSchema>;

/** How a winner is promoted. */
const promoteSchema = z
  .strictObject({
    target: z
      .string()
      .regex(
        /^(?!-|refs\/)[^\s~^:?*[\\]+$/,
        'a target must be the name of a git branch, without "refs/heads/", as in "main"',
      )
      .optional()
      .meta({
        description:
          "The git branch that a winner is merged into. Default: the one that its worktree was cut from.",
        examples: ["main"],
      }),
    mode: z
      .enum(["merge", "branch"])
      .default("merge")
      .meta({
        description:
          "merge: migrate the parent branch and advance the target. branch: stop at a git branch and the text of a pull request.",
        examples: ["merge"],
      }),
    migrate: stepsSchema.optional().meta({
      description:
        "Brings the parent branch to the promoted code's schema: one command or a list. Runs on a fork of the parent first, and may run again.",
      examples: [["npm", "run", "migrate"]],
    }),
  })
  .meta({ examples: [{ target: "main", mode: "merge", migrate: ["npm", "run", "migrate"] }] });

const wholePlanSchema = z.strictObject({
  $schema: z
    .string()
    .optional()
    .meta({
      description: "For editors: a path or address of this schema.",
      examples: ["../../../schemas/plan.schema.json"],
    }),
  budget: budgetSchema.prefault({}).meta({
    description: "The budget of the feature's experiments.",
    examples: [
      {
        ...{ concurrent_branches: 4, wall_clock_minutes: 30, max_branches: 10 },
        per_experiment: { max_cycles: 10, max_wall_clock_minutes: 60 },
      },
    ],
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
      description: "If the parent branch does not exist: refuse, or fork from the default branch.",
      examples: ["refuse"],
    }),
  branch_prefix: branchPrefixSchema.optional().meta({
    description:
      "The prefix for names of new branches. LAKEBASE_BRANCH_PREFIX, which belongs to one person, takes precedence.",
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
      description: "Tried in this order if the workspace rejects ttl as too long.",
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
        .refine((tag) => tag !== "setup", '"setup" is reserved for the step before the suites')
        .refine((tag) => tag !== "prepare", '"prepare" is reserved for the step that prepares a worktree'),
      suiteSchema,
    )
    .refine((suites) => Object.keys(suites).length > 0, "a plan needs at least one suite")
    .meta({
      description: "The suites by tag: api, e2e, infra, or any other lower-case name.",
      examples: [
        {
          api: {
            command: ["vitest", "run", "--reporter=json", "--outputFile=$ARTIFACTS_DIR/vitest.json"],
            report: { format: "vitest-json", path: "vitest.json" },
            cwd: "packages/server",
            env: { TEST_DATABASE_URL: "$DATABASE_URL" },
            timeout_seconds: 300,
            retry_on_fresh_branch: true,
            required: true,
          },
          infra: { builtin: "migrations", may_lock: ["public.orders"] },
        },
      ],
    }),
  decide_by: decideBySchema.optional(),
  promote: promoteSchema.optional().meta({
    description: "How a winner is promoted.",
    examples: [{ target: "main", mode: "merge", migrate: ["npm", "run", "migrate"] }],
  }),
  ...kitPlan,
});

/** `plan.json` of a feature: its budget, and its suites by tag. */
export const planSchema = wholePlanSchema
  .refine(hasDecidingSuite, {
    path: ["decide_by", "tag"],
    error: "the plan has no suite for this tag",
  })
  .refine(({ setup, suites }) => setup !== undefined || !Object.values(suites).some(isMigrations), {
    path: ["setup"],
    error: "builtin migrations runs setup, but the plan has none",
  });

function isMigrations(suite: Suite): boolean {
  return "builtin" in suite;
}

export type Plan = z.infer<typeof planSchema>;

/** A plan as the kit writes it: without commands. */
export const planWithoutSuitesSchema = wholePlanSchema.omit({ suites: true });
