import * as z from "zod";
import { tagSchema } from "../names.ts";
import { capSchema } from "../plan/cap.ts";

const count = z.number().int().nonnegative();

/** What one tag counted. */
export const tagOutcomeSchema = z.object({ passed: count, failed: count });
export type TagOutcome = z.infer<typeof tagOutcomeSchema>;

export const byTagSchema = z.record(tagSchema, tagOutcomeSchema);
export type ByTag = z.infer<typeof byTagSchema>;

export const experimentStatusSchema = z.enum(["running", "succeeded", "failed", "abandoned"]);

/** Where counts were made that a bundle brought from another run, on this machine or another. */
const originSchema = z.object({ run_id: z.string(), machine: z.string() });

/** What a bundle brought of such a run, as the timeline of a cycle tells. */
export const importedPartSchema = originSchema.extend({ tags: z.array(tagSchema) });
export type ImportedPart = z.infer<typeof importedPartSchema>;

/** What one tag's counts belong to: the run that counted them, the code and the branch it ran on, and the suite. */
const tagSourceSchema = z.object({
  run_id: z.string(),
  cycle_id: z.string(),
  commit: z.string().nullable(),
  dirty: z.boolean(),
  /** Lakebase's uid of the branch; null where it gave none. */
  branch_uid: z.string().nullable(),
  /** Fingerprint of the suite's command, report and setting: counts of different suites do not compare. */
  suite: z.string(),
  /** Absent where the run itself counted them. */
  origin: originSchema.optional(),
});
export type TagSource = z.infer<typeof tagSourceSchema>;

/** Why a tag has counts, or has none. Ours: the kit's records lack it. */
export const tagEvidenceSchema = z.object({
  /** `evidence`: it was measured. `no_evidence`: it was not, for the reason given. */
  state: z.enum(["evidence", "no_evidence"]),
  reason: z.string().optional(),
  /** The code of the error that kept it from being measured, where there was one: `worktree_gone`, `not_authenticated`. */
  code: z.string().optional(),
  /** Absent in records of earlier versions: then the evidence's own run, commit and branch hold. */
  source: tagSourceSchema.optional(),
  /** The run was ended before the suite was done. Running again does it. */
  unfinished: z.boolean().optional(),
  duration_ms: z.number().nonnegative().optional(),
  /** How long the command alone took, for each repeat. Absent in records of earlier versions, as is `alone`. */
  durations_ms: z.array(z.number().nonnegative()).optional(),
  /** Whether no other experiment of its run was at work meanwhile. */
  alone: z.boolean().optional(),
  /** How many tests both failed and passed, over the repeats or by the tool's own retries. */
  flaky: count.optional(),
  /** Where the plan had a failing suite run again on a fresh branch: it failed there too (code), or it passed (state). */
  failure_cause: z.enum(["code", "state"]).optional(),
});
export type TagEvidence = z.infer<typeof tagEvidenceSchema>;

/** What ties an outcome to the run that counted it. */
export const evidenceSchema = z.object({
  run_id: z.string(),
  cycle_id: z.string(),
  branch: z.string(),
  /** Lakebase's uid of the branch. Absent in records of earlier versions; null where Lakebase gave none. */
  branch_uid: z.string().nullable().optional(),
  commit: z.string().nullable(),
  dirty: z.boolean(),
  by_tag: z.record(tagSchema, tagEvidenceSchema),
  /** The plan's setup failed: the design's own failure, with the artifact of the cycle to read. */
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
  /** Added and removed together. */
  code_diff_lines: count.optional(),
  /** Ours: the kit's records lack it. */
  code_diff: z.object({ added: count, removed: count }).optional(),
  by_tag: byTagSchema.optional(),
  evidence: evidenceSchema.optional(),
  /** The kit's: that it stopped the experiment. Ours is found anew each time, by the plan and the timeline. */
  capped: capSchema.optional(),
});
export type ExperimentOutcomes = z.infer<typeof outcomesSchema>;
