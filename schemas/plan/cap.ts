import * as z from "zod";

/** The budget of one experiment. The names are the kit's. */
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
      .meta({ description: "How many minutes its cycles may take in total.", examples: [60] }),
  })
  .meta({
    description:
      "The budget of each experiment. One that has used it up does not run again until it is raised; its measurements are kept.",
    examples: [{ max_cycles: 10, max_wall_clock_minutes: 60 }],
  });
export type PerExperiment = z.infer<typeof perExperimentSchema>;

/** The limit that an experiment has reached, in the form of the kit's records. */
export const capSchema = z.object({
  reason: z.enum(["max_cycles", "max_wall_clock_minutes"]),
  /** The number of cycles it has run. */
  at_cycle: z.number(),
  /** The minutes they took. */
  at_minutes: z.number().optional(),
  /** The plan's limit, in cycles or minutes. */
  cap_value: z.number(),
});
export type Cap = z.infer<typeof capSchema>;
