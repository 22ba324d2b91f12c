import * as z from "zod";
import { type Run, type RunResult, runResultSchema, runSchema } from "../../schemas/run.ts";
import { findComparisonPage } from "../../src/experiments/artifacts/comparison-page.ts";
import { findLog } from "../../src/experiments/artifacts/logs.ts";
import { listSlugs } from "../../src/experiments/list-slugs.ts";
import { hasEnded } from "../../src/runs/journal/journal.ts";
import { nameSome } from "../../src/utils/text/name-some.ts";
import { nextStep } from "./fields.ts";
import { takeFitting } from "./page.ts";

const resultSchema = z.object({
  ...runResultSchema.shape,
  /** The absolute path of the log to read, by tag that was not measured. */
  logs: z.record(z.string(), z.string()).optional(),
});
type Result = z.infer<typeof resultSchema>;

/** A run, in the form that every tool returns. */
export const runAnswerSchema = z.object({
  // Its steps say what each experiment is waiting for.
  ...runSchema.omit({ queue: true }).shape,
  results: z.array(resultSchema),
  more_results: z.number().int().optional(),
  next_step: nextStep,
});

/** Logs are named for at most this many experiments, since an answer is a page. */
const mostWithLogs = 10;

export async function runAnswer(
  { queue: _queue, ...run }: Run,
  workspace: string,
): Promise<z.infer<typeof runAnswerSchema>> {
  const unmeasured = run.results
    .filter(({ no_evidence }) => no_evidence !== undefined)
    .slice(0, mostWithLogs);
  const results = await Promise.all(
    run.results.map((result) => (unmeasured.includes(result) ? withLogs(run, result, workspace) : result)),
  );
  // Results that say more than how many tests passed take precedence.
  const { fitting, left_out } = takeFitting(results, ({ status }) => status !== "succeeded");
  return {
    ...run,
    results: fitting,
    ...(left_out > 0 && { more_results: left_out }),
    next_step: `${chooseNextStep(run, results, workspace)}${left_out > 0 ? describeMore(run) : ""}`,
  };
}

function describeMore({ feature_id }: Run): string {
  return ` get_status with feature_id ${feature_id} lists all its experiments, page by page.`;
}

async function withLogs(
  { feature_id, cycle_id }: Run,
  result: RunResult,
  workspace: string,
): Promise<Result> {
  const ref = { workspace, feature_id, experiment_slug: result.experiment_slug };
  const found = await Promise.all(
    Object.keys(result.no_evidence ?? {}).map(async (tag) => {
      const log = await findLog(ref, cycle_id, tag);
      return log === undefined ? [] : [[tag, log] as const];
    }),
  );
  const logs = found.flat();
  return logs.length === 0 ? result : { ...result, logs: Object.fromEntries(logs) };
}

function chooseNextStep(run: Run, results: readonly Result[], workspace: string): string {
  if (!hasEnded(run)) return `Call wait_for_run with run_id ${run.run_id}.`;
  if (run.kind === "imported" && run.state === "interrupted")
    return "The import was interrupted. Import its bundles again: what was merged stays as it is.";
  if (run.kind === "verification" || run.kind === "promotion")
    return `Call promote_experiment with feature_id ${run.feature_id} and experiment_slug ${results[0]?.experiment_slug} to see the result.`;
  if (run.state === "interrupted") {
    const { interrupted_by: cause } = run;
    const why = cause === undefined ? "" : ` (${cause.message}). ${cause.hint} Then`;
    return `The run was interrupted${why === "" ? ":" : why} run_experiments ${run.only_failed ? "with only_failed runs what is left" : "finishes the rest of the cycle"}.`;
  }
  const missing = results.filter(
    ({ status, error }) => status === "not_measured" && error !== undefined && error.code !== capped,
  );
  const [first] = missing;
  if (first?.error !== undefined) {
    const slugs = nameSome(listSlugs(missing), maxNamed);
    return `Not measured: ${slugs}. ${first.error.hint} Then call run_experiments for ${missing.length === 1 ? "it" : "them"} again.`;
  }
  const page = findComparisonPage(workspace, run.feature_id);
  const forPeople = page === undefined ? "" : ` The comparison as a page for people: ${page}`;
  return `${readFirst(results)}Call compare_experiments with feature_id ${run.feature_id}.${describeCapped(results)}${forPeople}`;
}

/** A sentence holds no more names. */
const maxNamed = 10;

/** The code of the error with which a run skips an experiment that has used up the plan's budget per experiment. */
const capped = "budget_spent";

function describeCapped(results: readonly Result[]): string {
  const [first, ...others] = results.filter(({ error }) => error?.code === capped);
  if (first?.error === undefined) return "";
  const more = others.length === 0 ? "" : ` and ${others.length} more`;
  return ` Not run: ${first.experiment_slug}${more}. ${first.error.hint}`;
}

/** Says what to read before a comparison can say much. */
function readFirst(results: readonly Result[]): string {
  const failed = results.find(({ status, error }) => status === "failed" && error !== undefined);
  if (failed?.error !== undefined) return `${failed.experiment_slug}: ${failed.error.hint} `;
  const unmeasured = results.find(({ logs }) => logs !== undefined);
  const [tag, log] = Object.entries(unmeasured?.logs ?? {})[0] ?? [];
  if (unmeasured === undefined || tag === undefined) return "";
  return `${tag} of ${unmeasured.experiment_slug} was not measured: read ${log}, fix the cause, and run again. `;
}
