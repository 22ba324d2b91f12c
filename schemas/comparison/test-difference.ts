import * as z from "zod";

/** How one test went in the experiments that ran its tag. Each stands in one of the lists. */
export const testDifferenceSchema = z.object({
  tag: z.string(),
  name: z.string(),
  file: z.string().optional(),
  failed_in: z.array(z.string()),
  flaky_in: z.array(z.string()),
  passed_in: z.array(z.string()),
  /** Skipped there, or not there at all. */
  not_run_in: z.array(z.string()),
  /** Not among the tests that are listed of a long report: it passed there, or was skipped, or is not there. */
  not_listed_in: z.array(z.string()).optional(),
  failures: z.array(
    z.object({
      experiment_slug: z.string(),
      /** Its first lines, where the report told. */
      failure: z.string(),
      /** Absolute path of the artifact to read on in: the report, or what the command printed. */
      artifact: z.string(),
    }),
  ),
});
export type TestDifference = z.infer<typeof testDifferenceSchema>;

export const testDifferencesSchema = z.object({
  /** Tests that some experiments fail and others do not, or that are flaky in some. */
  apart: z.array(testDifferenceSchema),
  /** Tests that none passes, and that say nothing about which to choose: who does not fail them fails others. */
  failing_everywhere: z.array(testDifferenceSchema),
});
export type TestDifferences = z.infer<typeof testDifferencesSchema>;
