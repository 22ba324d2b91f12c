import * as z from "zod";
import { relativePathSchema } from "../names.ts";

/**
 * An argument list, run without a shell. `$NAME` in an argument is replaced by the value in the command's environment.
 */
const commandSchema = z
  .array(z.string())
  .min(1, "a command must be a list of at least one argument")
  .refine((argv) => argv[0] !== "", "the first argument must name the program")
  .meta({ examples: [["npm", "test"]] });

/** Where a command runs, below the folder of the experiment's code. */
const cwdSchema = relativePathSchema("cwd").meta({
  description: "The folder that the command runs in, relative to the experiment's code.",
  examples: ["packages/server"],
});

const stepSchema = z.strictObject({ command: commandSchema, cwd: cwdSchema.optional() });
/** A command of a plan, and the folder it runs in, below that of the experiment's code. */
export type Step = z.infer<typeof stepSchema>;

const oneStepSchema = z.union([commandSchema, stepSchema]);

/** One command or a list of them, each optionally with a folder. Parsing always returns a list of steps. */
export const stepsSchema = z
  .union([
    commandSchema,
    stepSchema,
    z.array(oneStepSchema).min(1, "a list of steps needs at least one step"),
  ])
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

/** Set for every command from the experiment: any other value would lead to a different branch, or to none. */
export const fixedVariables = [
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

/**
 * Variables by name. `$NAME` and `${NAME}` in a value are replaced when a command starts; `$$` is a literal dollar
 * sign.
 */
export const envSchema = z
  .record(
    z
      .string()
      .regex(
        /^[A-Za-z_][A-Za-z0-9_]*$/,
        "a variable's name must contain only letters, digits and _, and not start with a digit",
      )
      .refine((name) => !fixedVariables.includes(name), {
        error: ({ input }) => `${input} is set from the experiment and cannot be set here`,
      }),
    z
      .string()
      .refine((value) => !value.includes("\0"), "a variable's value must not contain a NUL character"),
  )
  .refine((env) => env.DATABASE_URL?.includes("$") ?? true, {
    path: ["DATABASE_URL"],
    error: "it must be made from $DATABASE_URL, or it would lead away from the experiment's branch",
  })
  .meta({
    description:
      "Variables that the commands get in addition to the experiment's own. $NAME is replaced; a suite's variables take precedence over the plan's.",
    examples: [{ TEST_DATABASE_URL: "$DATABASE_URL" }],
  });

export const formatSchema = z
  .enum(["junit", "vitest-json", "jest-json", "playwright-json", "tap", "ctrf"])
  .meta({ description: "The format of the report. Counts come from its cases, never from a summary." });

/** Where a report is, below the folder that is searched. No alternative in braces may lead out of it either. */
const reportPathSchema = z
  .string()
  .max(1024, "a report's path must have at most 1024 characters")
  .refine(
    (path) => !/[\p{Cc}\\]/u.test(path),
    "a report's path must not contain a backslash or control characters",
  )
  .refine((path) => !/^[./]*$/.test(path), "a report's path must name a file, a folder or a glob")
  .refine(
    (path) => !/(?:^|[{,(|])(?:\/|[A-Za-z]:)|^!/.test(path) && !path.split(/[/{},()|]/).includes(".."),
    'a report\'s path must be relative and stay in its folder: no leading "/" or "!", no ".." part',
  )
  .meta({
    description:
      "A file, a folder or a glob (target/surefire-reports/*.xml), below ARTIFACTS_DIR or else below the folder that the suite runs in. All files that the run wrote are counted together.",
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

const requiredSchema = z
  .boolean()
  .optional()
  .meta({
    description:
      "Whether an experiment must be measured by this suite to win. Default: true. If false, its failures still count.",
    examples: [false],
  });

export const commandSuiteSchema = z
  .strictObject({
    command: commandSchema.meta({
      description:
        "An argument list, run without a shell, with node_modules/.bin on the path. $NAME is replaced.",
      examples: [["vitest", "run", "--reporter=json", "--outputFile=$ARTIFACTS_DIR/vitest.json"]],
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
          "Run the suite once more on a fresh branch when it fails, to distinguish failures of the code from those due to the branch's state.",
        examples: [true],
      }),
    required: requiredSchema,
  })
  .meta({
    examples: [
      {
        command: ["vitest", "run", "--reporter=json", "--outputFile=$ARTIFACTS_DIR/vitest.json"],
        report: { format: "vitest-json", path: "vitest.json" },
      },
    ],
  });
/** A suite that runs a command. */
export type CommandSuite = z.infer<typeof commandSuiteSchema>;

const migrationsSuiteSchema = z
  .strictObject({
    builtin: z.literal("migrations").meta({
      description:
        "A built-in suite instead of a command. migrations runs setup twice on a fresh fork of the parent branch and checks that it applies cleanly, changes nothing when run again, and locks or rewrites no large table except those in may_lock. Each check counts as a test.",
      examples: ["migrations"],
    }),
    may_lock: z
      .array(z.string())
      .max(100)
      .optional()
      .meta({
        description:
          "Large tables (64 MB or more) that setup may lock or rewrite, with their schemas. A change is judged by what its plain statement does.",
        examples: [["public.orders"]],
      }),
    required: requiredSchema,
  })
  .meta({ examples: [{ builtin: "migrations", may_lock: ["public.orders"] }] });
/** The built-in suite that checks a plan's setup. */
export type MigrationsSuite = z.infer<typeof migrationsSuiteSchema>;

export const suiteSchema = z.union([commandSuiteSchema, migrationsSuiteSchema]);
export type Suite = z.infer<typeof suiteSchema>;
