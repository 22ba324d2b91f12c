import * as z from "zod";
import { tagSchema } from "../names.ts";
import { capSchema } from "../plan/cap.ts";

const count = z.number().int().nonnegative();

/** The counts of one tag. */
export const tagOutcomeSchema = z.object({ passed: count, failed: count });
export type TagOutcome = z.infer<typeof tagOutcomeSchema>;

export const byTagSchema = z.record(tagSchema, tagOutcomeSchema);
export type ByTag = z.infer<typeof byTagSchema>;

export const experimentStatusSchema = z.enum(["running", "succeeded", "failed", "abandoned"]);

/** The origin of counts that a bundle brought from another run, on this machine or a different one. */
const originSchema = z.object({
  run_id: z.string(),
  /** The host. */
  machine: z.string(),
  /** The queue's worker on it, as `host/pid`; absent if the bundle was imported from a file. */
  worker: z.string().optional(),
});

/** What a bundle brought from such a run, as the timeline of a cycle records it. */
export const importedPartSchema = originSchema.omit({ worker: true }).extend({ tags: z.array(tagSchema) });
export type ImportedPart = z.infer<typeof importedPartSchema>;

/** What a tag's counts belong to: the run that counted them, the code and branch it ran on, and the suite. */
const tagSourceSchema = z.object({
  run_id: z.string(),
  cycle_id: z.string(),
  commit: z.string().nullable(),
  dirty: z.boolean(),
  /** The uid of the branch; null if Lakebase returned none. */
  branch_uid: z.string().nullable(),
  /** Fingerprint of the suite's command, report and settings: counts of different suites are not comparable. */
  suite: z.string(),
  /** Absent if the run itself counted them. */
  origin: originSchema.optional(),
});
export type TagSource = z.infer<typeof tagSourceSchema>;

/** Why a tag has counts, or none. Ours: the kit's records lack it. */
export const tagEvidenceSchema = z.object({
  /** `evidence`: it was measured. `no_evidence`: it was not, for the reason given. */
  state: z.enum(["evidence", "no_evidence"]),
  reason: z.string().optional(),
  /** The code of the error that prevented measuring it, if there was one: `worktree_gone`, `not_authenticated`. */
  code: z.string().optional(),
  /** Absent in records of earlier versions: then the evidence's own run, commit and branch apply. */
  source: tagSourceSchema.optional(),
  /** The run was stopped before the suite was done. Running again completes it. */
  unfinished: z.boolean().optional(),
  duration_ms: z.number().nonnegative().optional(),
  /** The duration of just the command, for each repeat. Absent in records of earlier versions, as is `alone`. */
  durations_ms: z.array(z.number().nonnegative()).optional(),
  /** Whether no other experiment of its run was active at the time. */
  alone: z.boolean().optional(),
  /** The number of tests that both failed and passed, over the repeats or by the tool's own retries. */
  flaky: count.optional(),
  /** Files of the code that changed while the suite ran, or while one before it did: it may not be known what was measured. */
  in_doubt: z.array(z.string()).optional(),
  /** The port of a Postgres of the machine that it was connected to, if it was never seen connected to its branch. */
  plain_database: z.number().int().optional(),
  /** If the plan reran the failing suite on a fresh branch: `code`, it failed there too; `state`, it passed. */
  failure_cause: z.enum(["code", "state"]).optional(),
});
export type TagEvidence = z.infer<typeof tagEvidenceSchema>;

/** What ties outcomes to the run that counted them. */
export const evidenceSchema = z.object({
  run_id: z.string(),
  cycle_id: z.string(),
  branch: z.string(),
  /** The uid of the branch. Absent in records of earlier versions; null if Lakebase returned none. */
  branch_uid: z.string().nullable().optional(),
  commit: z.string().nullable(),
  dirty: z.boolean(),
  by_tag: z.record(tagSchema, tagEvidenceSchema),
  /** The plan's setup failed, which counts as the design's own failure. `artifact` of the cycle has the details. */
  setup_failed: z.object({ reason: z.string(), artifact: z.string() }).optional(),
});
export type Evidence = z.infer<typeof evidenceSchema>;

/**
 * `outcomes.json`. The totals are authoritative; `by_tag` may be partial and need not add up to them.
 * Unknown fields are kept, so that another writer's survive a rewrite of ours.
 */
export const outcomesSchema = z.looseObject({
  status: experimentStatusSchema,
  tests_passed: count.optional(),
  tests_failed: count.optional(),
  schema_diff_summary: z.string().optional(),
  /** Lines added plus lines removed. */
  code_diff_lines: count.optional(),
  /** Ours: the kit's records lack it. */
  code_diff: z.object({ added: count, removed: count }).optional(),
  by_tag: byTagSchema.optional(),
  evidence: evidenceSchema.optional(),
  /** Written by the kit when it stopped the experiment. Ours is derived from the plan and the timeline each time. */
  capped: capSchema.optional(),
});
export type ExperimentOutcomes = z.infer<typeof outcomesSchema>;
