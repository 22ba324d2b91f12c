import * as z from "zod";

/** Far from where differences and ratios of doubles overflow. */
const figure = z.number().gte(-1e100).lte(1e100);

/** One measurement of a suite: one value, or the samples of repeated measurements. */
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
    message: "a metric has either a value or samples",
  });
export type Metric = z.infer<typeof metricSchema>;

/** `metrics.json`, which a suite may leave in its `ARTIFACTS_DIR`: a list of metrics, or one under `metrics`. */
export const metricsFileSchema = z
  .preprocess(
    (file) => (Array.isArray(file) ? { metrics: file } : file),
    z.object({ metrics: z.array(metricSchema) }),
  )
  .transform((file) => file.metrics);

/** One experiment's measurement, beside the best one. */
const measuredSchema = z.object({
  experiment_slug: z.string(),
  /** Of all repeats of the suite together. */
  samples: z.number().int(),
  median: z.number(),
  /** Of this median to the best one's; absent for the best itself, and where a median is zero or less. */
  ratio: z.number().optional(),
  /**
   * The simultaneous 95 % interval of the factor to the best one: of those between all experiments that measured the
   * metric, none is off in 95 %. Absent where there are too few samples, or values of zero or less.
   */
  interval: z.object({ low: z.number(), high: z.number() }).optional(),
  /** `worse` is said only where the whole interval says so: of alike experiments, of any of them in at most 5 %. */
  verdict: z.enum(["best", "worse", "no_difference_shown", "too_few_samples"]),
  /** How many more samples this one needs before any difference can be shown; absent where it has enough. */
  missing_samples: z.number().int().optional(),
});
export type Measured = z.infer<typeof measuredSchema>;

/** One metric across the experiments that measured it, the best median first. */
export const metricComparisonSchema = z.object({
  tag: z.string(),
  name: z.string(),
  unit: z.string().optional(),
  better: z.enum(["lower", "higher"]),
  measured: z.array(measuredSchema),
});
export type MetricComparison = z.infer<typeof metricComparisonSchema>;
