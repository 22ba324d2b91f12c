import * as z from "zod";
import { artifactNameSchema, tagSchema } from "./names.ts";

/** An argument list, run without a shell. `$NAME` in an argument is replaced from the command's environment. */
export const commandSchema = z
  .array(z.string())
  .min(1, "a command is a list of at least one argument")
  .refine((argv) => argv[0] !== "", "the first argument names the program");

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
  timeout_seconds: z.number().int().min(1).max(86_400).default(600),
  /** Run the suite once more on a fresh branch when it fails, to tell what the code did from what the branch's state did. */
  retry_on_fresh_branch: z.boolean().optional(),
});
export type Suite = z.infer<typeof suiteSchema>;

export const budgetSchema = z.strictObject({
  /** A hard cap on the experiments that run at once. */
  concurrent_branches: z.number().int().min(1).default(4),
  wall_clock_minutes: z.number().positive().default(30),
  max_branches: z.number().int().min(1).default(10),
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
  /** Run once per experiment and run, before its suites. */
  setup: commandSchema.optional(),
  suites: z
    .record(
      tagSchema.refine((tag) => tag !== "setup", '"setup" is the name of the step before the suites'),
      suiteSchema,
    )
    .refine((suites) => Object.keys(suites).length > 0, "a plan has at least one suite"),
});
export type Plan = z.infer<typeof planSchema>;
