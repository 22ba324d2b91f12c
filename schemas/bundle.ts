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

/** The version of the format. One that a reader does not know is refused by its number alone. */
export const bundleFormat = 1;

export const formatVersionSchema = z.looseObject({ format: z.number() });

const text = z.string().max(4096);
const time = z.iso.datetime({ offset: true });

/** A file of a bundle: an artifact of the cycle. */
const bundleFileSchema = z.strictObject({
  name: artifactNameSchema,
  /** In bytes. */
  size: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type BundleFile = z.infer<typeof bundleFileSchema>;

/** What a run came to for one tag, and what that belongs to. */
const bundleTagSchema = z.strictObject({
  ...tagEvidenceSchema.omit({ source: true, reason: true, code: true }).shape,
  reason: text.optional(),
  code: text.optional(),
  /** Left out where it was not measured. */
  outcome: tagOutcomeSchema.optional(),
  /** Fingerprint of the suite. */
  suite: z.string().regex(/^[0-9a-f]{16}$/),
});
export type BundleTag = z.infer<typeof bundleTagSchema>;

/**
 * `bundle.json`, the first file of a bundle: what one run did for one experiment, and what ties it there. Whoever reads
 * it may have it from anybody, so that nothing in it is believed that its own files do not show.
 */
export const bundleManifestSchema = z.strictObject({
  format: z.literal(bundleFormat),
  /** Of this program. */
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
  /** Absolute, on the machine that ran it: reports name files by it. */
  code_directory: z.string().startsWith("/").max(4096),
  /** What the run was asked to do. */
  tags: z.array(tagSchema).min(1).max(100),
  /** How often it ran each suite. */
  repeat: z.number().int().min(1).max(100),
  /** By tag that it got to. */
  by_tag: z.record(tagSchema, bundleTagSchema),
  setup_failed: z.strictObject({ reason: text, artifact: artifactNameSchema }).optional(),
  files: z.array(bundleFileSchema),
});
export type BundleManifest = z.infer<typeof bundleManifestSchema>;
