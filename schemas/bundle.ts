import * as z from "zod";
import { branchRecordSchema } from "./experiment/branch-record.ts";
import { tagEvidenceSchema, tagOutcomeSchema } from "./experiment/outcomes.ts";
import {
  artifactNameSchema,
  cycleIdSchema,
  experimentSlugSchema,
  featureIdSchema,
  runIdSchema,
  tagSchema,
} from "./names.ts";

/** The version of the format. A reader rejects an unknown one by its number. */
export const bundleFormat = 1;

export const formatVersionSchema = z.looseObject({ format: z.number() });

const text = z.string().max(4096);
const time = z.iso.datetime({ offset: true });

/** A file in a bundle: an artifact of the cycle. */
const bundleFileSchema = z.strictObject({
  name: artifactNameSchema,
  /** In bytes. */
  size: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type BundleFile = z.infer<typeof bundleFileSchema>;

/** A run's result for one tag, and what it belongs to. */
const bundleTagSchema = z.strictObject({
  ...tagEvidenceSchema.omit({ source: true, reason: true, code: true }).shape,
  reason: text.optional(),
  code: text.optional(),
  /** Absent if it was not measured. */
  outcome: tagOutcomeSchema.optional(),
  /** The result of rerunning only the failed tests first. It counts for nothing. */
  failed_first: text.optional(),
  /** Fingerprint of the suite. */
  suite: z.string().regex(/^[0-9a-f]{16}$/),
});
export type BundleTag = z.infer<typeof bundleTagSchema>;

/**
 * `bundle.json`, the first file of a bundle: what one run did for one experiment, and what ties the result to them. It
 * may come from anybody, so nothing in it is trusted unless the bundle's own files show it.
 */
export const bundleManifestSchema = z.strictObject({
  format: z.literal(bundleFormat),
  /** The version of this program. */
  tool_version: text,
  /** The host name of the machine that ran it. */
  machine: z.string().regex(/^[\w.-]{1,255}$/),
  feature_id: featureIdSchema,
  experiment_slug: experimentSlugSchema,
  run_id: runIdSchema,
  cycle_id: cycleIdSchema,
  started_at: time,
  ended_at: time,
  /** In milliseconds: the experiment's own part in the run. */
  duration_ms: z.number().nonnegative(),
  branch: branchRecordSchema.shape.branch.min(1).max(255),
  branch_uid: z.string().max(255).nullable(),
  commit: z
    .string()
    .regex(/^[0-9a-f]{40,64}$/)
    .nullable(),
  dirty: z.boolean(),
  /** Absolute, on the machine that ran it; reports use it in file names. */
  code_directory: z.string().startsWith("/").max(4096),
  /** The tags the run was asked to run. */
  tags: z.array(tagSchema).min(1).max(100),
  /** How often it ran each suite. */
  repeat: z.number().int().min(1).max(100),
  /** The results, by tag that it reached. */
  by_tag: z.record(tagSchema, bundleTagSchema),
  setup_failed: z.strictObject({ reason: text, artifact: artifactNameSchema }).optional(),
  files: z.array(bundleFileSchema),
});
export type BundleManifest = z.infer<typeof bundleManifestSchema>;
