import * as z from "zod";

/** The kinds that affect how far metrics can be trusted. */
export const metricWarningKinds = [
  "metrics-unreadable",
  "decider-not-measured",
  "measured-beside-others",
  "measured-on-several-machines",
] as const;

const fixedKinds = [
  "feature-unknown",
  "plan-unreadable",
  "records-elsewhere",
  "folder-not-usable",
  "details-unreadable",
  "evidence-contradicted",
  "counts-outdated",
  "setup-fails-everywhere",
  "same-code",
  "code-not-committed",
  "code-not-there",
  "code-changed-since",
  "code-changed-meanwhile",
  "nothing-changed",
  "unlike-starts",
  "unlike-parents",
  "main-not-committed",
  "main-moved-on",
  "database-not-own",
  "scripts-differ",
  "tests-differ",
  "tag-never-reported",
  "tests-flaky",
  "suite-never-red",
  "counts-shrink",
  "no-cycle-since-cut",
  "reported-not-measured",
  "reported-otherwise",
  ...metricWarningKinds,
] as const;

/** The kind of a warning; for a suite that always fails, it includes the tag. */
const warningKindSchema = z.union([z.enum(fixedKinds), z.templateLiteral([z.string(), "-row-perma-red"])]);
export type WarningKind = z.infer<typeof warningKindSchema>;
export type FixedWarningKind = (typeof fixedKinds)[number];

/** Something about the records that makes a verdict less reliable. */
export const warningSchema = z.object({
  kind: warningKindSchema,
  message: z.string(),
  /** Absolute paths of the records that show it; the first few. */
  records: z.array(z.string()),
});
export type Warning = z.infer<typeof warningSchema>;
