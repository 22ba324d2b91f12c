import * as z from "zod";

/** The results of a test in the experiments that ran its tag. Each experiment is in exactly one of the lists. */
export const testDifferenceSchema = z.object({
  tag: z.string(),
  name: z.string(),
  file: z.string().optional(),
  failed_in: z.array(z.string()),
  flaky_in: z.array(z.string()),
  passed_in: z.array(z.string()),
  /** Skipped, or not part of the suite. */
  not_run_in: z.array(z.string()),
  /** Missing from the incomplete list of a long report: it passed, was skipped, or was not part of the suite. */
  not_listed_in: z.array(z.string()).optional(),
  failures: z.array(
    z.object({
      experiment_slug: z.string(),
      /** The first lines, if the report has any. */
      failure: z.string(),
      /** Absolute path of the artifact with more detail: the report, or the command's output. */
      artifact: z.string(),
    }),
  ),
});
export type TestDifference = z.infer<typeof testDifferenceSchema>;

export const testDifferencesSchema = z.object({
  /** Tests that some experiments fail and others do not, or that are flaky in some. */
  apart: z.array(testDifferenceSchema),
  /**
   * Tests that no experiment passes. They do not help to choose: an experiment that does not fail them fails others.
   */
  failing_everywhere: z.array(testDifferenceSchema),
});
export type TestDifferences = z.infer<typeof testDifferencesSchema>;
