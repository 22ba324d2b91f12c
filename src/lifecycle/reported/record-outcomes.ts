import type { TagOutcome } from "../../../schemas/experiment/outcomes.ts";
import {
  type OutcomeInput,
  outcomeInputSchema,
  type ReportedTag,
} from "../../../schemas/experiment/reported.ts";
import type { Context } from "../../context.ts";
import { type ExperimentCode, findCode } from "../../experiments/code/worktrees.ts";
import { getExperiment } from "../../experiments/experiments.ts";
import { type ExperimentRef, experimentPaths, planPath } from "../../experiments/layout.ts";
import { isMeasured, readOutcomes } from "../../experiments/outcomes/outcomes.ts";
import { writeReported } from "../../experiments/outcomes/reported.ts";
import { findPlan } from "../../experiments/plan.ts";
import { findCommit } from "../../git/repository.ts";
import { countCases } from "../../reports/count-cases.ts";
import { CoreError, ignoreCoreError } from "../../utils/core-error.ts";
import { ownValue } from "../../utils/own-value.ts";
import { type Problem, parseAs } from "../../utils/parse.ts";
import { readReportFile } from "./read-report-file.ts";

export interface RecordedOutcome extends ReportedTag {
  feature_id: string;
  experiment_slug: string;
  tag: string;
  provenance: "reported";
  /** What runs measured for the tag, which is kept and still counts; null if none did. */
  measured: TagOutcome | null;
  /** Whether the plan has a suite that would measure the tag. */
  is_planned: boolean;
  /** Absolute paths. */
  plan_path: string;
  record: string;
}

/**
 * Records the reported outcome of a suite that ran elsewhere. It is shown next to what runs measure, overwrites none of
 * it, and decides nothing: no one can tell what it ran on.
 * @throws CoreError `unknown_experiment`, `invalid_input`, `unknown_ref`, `report_without_tests`, and whatever
 *   `readReportFile` throws; nothing is written in that case
 */
export async function recordOutcomes(
  { workspace, signal }: Pick<Context, "workspace" | "signal">,
  input: OutcomeInput,
): Promise<RecordedOutcome> {
  const problem: Problem = {
    code: "invalid_input",
    subject: "outcomes",
    hint: "Correct what the message names.",
  };
  const { feature_id, experiment_slug, tag, ...said } = parseAs(outcomeInputSchema, input, problem);
  const ref = await getExperiment({ workspace, feature_id, experiment_slug });
  const code = await findCode(ref);
  const counted = await countReported(workspace, code, said);
  const commit = await findReportedCommit(code, workspace, said.commit);
  const reported = { ...counted, reported_at: new Date().toISOString(), commit };
  await writeReported(ref, tag, reported, signal);
  const plan = await findPlan(workspace, feature_id).catch(ignoreCoreError);
  return {
    ...{ feature_id, experiment_slug, tag, provenance: "reported", ...reported },
    measured: await findMeasured(ref, tag),
    is_planned: Object.hasOwn(plan?.suites ?? {}, tag),
    plan_path: planPath(workspace, feature_id),
    record: experimentPaths(ref).reported,
  };
}

type Counted = Pick<ReportedTag, "passed" | "failed" | "flaky" | "report">;

async function countReported(
  workspace: string,
  code: ExperimentCode,
  { passed, failed, report_path, format }: Omit<OutcomeInput, keyof ExperimentRef | "tag">,
): Promise<Counted> {
  const hasCounts = passed !== undefined || failed !== undefined;
  if (report_path !== undefined && !hasCounts) {
    const { cases, report } = await readReportFile(workspace, code, report_path, format);
    const flaky = cases.filter(({ status }) => status === "flaky").length;
    const counts = countCases({ cases });
    if (counts.passed + counts.failed + flaky > 0) return { ...counts, ...(flaky > 0 && { flaky }), report };
    throw new CoreError("report_without_tests", `No test in ${report_path} ran.`, {
      hint: "Pass the report of a run that ran tests.",
    });
  }
  if (passed === undefined || failed === undefined || report_path !== undefined || format !== undefined)
    throw new CoreError("invalid_input", "Pass either passed and failed, or report_path.", {
      hint: "Use passed and failed for counts, report_path for a report.",
    });
  if (passed + failed > 0) return { passed, failed };
  throw new CoreError("invalid_input", "passed and failed are both 0: no test ran.", {
    hint: "Report a run that ran tests.",
  });
}

async function findReportedCommit(
  code: ExperimentCode,
  workspace: string,
  said: string | undefined,
): Promise<string | null> {
  if (said === undefined) return (await findCommit(code.root, "HEAD")) ?? null;
  const found = await findCommit(workspace, said);
  if (found !== undefined) return found;
  throw new CoreError("unknown_ref", `The repository of ${workspace} has no commit ${said}.`, {
    hint: "Fetch it first, or omit commit if the suite ran on the experiment's current code.",
  });
}

async function findMeasured(ref: ExperimentRef, tag: string): Promise<TagOutcome | null> {
  const { evidence, by_tag = {} } = (await readOutcomes(ref).catch(ignoreCoreError)) ?? {};
  return (isMeasured(evidence, tag) ? ownValue(by_tag, tag) : undefined) ?? null;
}
