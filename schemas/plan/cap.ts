import * as z from "zod";

/** What one experiment may use. The names are the kit's. */
export const perExperimentSchema = z
  .strictObject({
    max_cycles: z
      .number()
      .int()
      .min(1)
      .optional()
      .meta({ description: "How many cycles an experiment may run.", examples: [10] }),
    max_wall_clock_minutes: z
      .number()
      .positive()
      .optional()
      .meta({ description: "How many minutes its cycles may take in all.", examples: [60] }),
  })
  .meta({
    description:
      "What one experiment may use. One that has used it up is not run again, until this is raised; what it measured stays.",
    examples: [{ max_cycles: 10, max_wall_clock_minutes: 60 }],
  });
export type PerExperiment = z.infer<typeof perExperimentSchema>;

/** An experiment has used up what it may use, told as the kit's records tell it. */
export const capSchema = z.object({
  reason: z.enum(["max_cycles", "max_wall_clock_minutes"]),
  /** How many cycles it has run. */
  at_cycle: z.number(),
  /** How many minutes they took. */
  at_minutes: z.number().optional(),
  /** What the plan allows, in cycles or in minutes. */
  cap_value: z.number(),
});
export type Cap = z.infer<typeof capSchema>;
