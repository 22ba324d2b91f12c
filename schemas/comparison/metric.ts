import * as z from "zod";

/** Far from the range in which differences and ratios of doubles overflow. */
const figure = z.number().gte(-1e100).lte(1e100);

/** A metric measured by a suite: one value, or the samples of repeated measurements. */
const metricSchema = z
  .object({
    name: z.string().min(1).max(200),
    value: figure.optional(),
    samples: z.array(figure).min(1).max(10_000).optional(),
    unit: z.string().max(40).optional(),
    /** Which direction is better. */
    better: z.enum(["lower", "higher"]),
  })
  .refine((metric) => (metric.value === undefined) !== (metric.samples === undefined), {
    message: "a metric must have either a value or samples",
  });
export type Metric = z.infer<typeof metricSchema>;

/**
 * `metrics.json`, which a suite may write to its `ARTIFACTS_DIR`: a list of metrics, or an object with one under
 * `metrics`.
 */
export const metricsFileSchema = z
  .preprocess(
    (file) => (Array.isArray(file) ? { metrics: file } : file),
    z.object({ metrics: z.array(metricSchema) }),
  )
  .transform((file) => file.metrics);

/** An experiment's measurement, compared with the best one. */
const measuredSchema = z.object({
  experiment_slug: z.string(),
  /** The number of samples from all repeats of the suite. */
  samples: z.number().int(),
  median: z.number(),
  /** The ratio of this median to the best one; absent for the best itself, and if a median is zero or less. */
  ratio: z.number().optional(),
  /**
   * The simultaneous 95 % confidence interval of the factor to the best one: with a probability of 95 %, all intervals
   * between experiments that measured the metric are correct. Absent if there are too few samples, or values of zero or
   * less.
   */
  interval: z.object({ low: z.number(), high: z.number() }).optional(),
  /**
   * `worse` requires the whole interval to say so: among identical experiments, any is called worse in at most 5 % of
   * cases.
   */
  verdict: z.enum(["best", "worse", "no_difference_shown", "too_few_samples"]),
  /** The number of samples still missing before any difference can be shown; absent if there are enough. */
  missing_samples: z.number().int().optional(),
});
export type Measured = z.infer<typeof measuredSchema>;

/** A metric across the experiments that measured it, best median first. */
export const metricComparisonSchema = z.object({
  tag: z.string(),
  name: z.string(),
  unit: z.string().optional(),
  better: z.enum(["lower", "higher"]),
  measured: z.array(measuredSchema),
});
export type MetricComparison = z.infer<typeof metricComparisonSchema>;
