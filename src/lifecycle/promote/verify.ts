import { isDeepStrictEqual } from "node:util";
import type { Plan } from "../../../schemas/plan/plan.ts";
import type { Step } from "../../../schemas/plan/suite.ts";
import type { DatabaseState } from "../../../schemas/promotion/database-state.ts";
import type { Verification } from "../../../schemas/promotion/promotion.ts";
import { findStateChanges, readState } from "../../database/state.ts";
import { noDifference } from "../../database/summary.ts";
import { readVerification, writeParentState, writeVerification } from "../../experiments/promotion.ts";
import { appendTimeline } from "../../experiments/timeline/timeline.ts";
import { createBranch } from "../../lakebase/branches/create-branch.ts";
import type { Branch } from "../../lakebase/resources.ts";
import { type CycleCounts, judgeCounts } from "../../runs/cycle/counts.ts";
import type { CycleResult } from "../../runs/cycle/cycle.ts";
import { type Differences, recordSchemaDifference } from "../../runs/cycle/differences.ts";
import { withPorts } from "../../runs/cycle/ports.ts";
import { runSteps } from "../../runs/cycle/run-steps.ts";
import type { CycleScope, CycleSpec } from "../../runs/cycle/scope.ts";
import { describeError } from "../../utils/describe-error.ts";
import { maskLogins } from "../../utils/text/mask-logins.ts";
import { nameSome } from "../../utils/text/name-some.ts";
import { prepareCode } from "./checks/prepare-code.ts";
import { openOnBranch } from "./steps/open-on-branch.ts";
import { removeScratch } from "./steps/scratch.ts";

/** Added to the run's own time, in minutes, before a scratch branch that was not removed expires. */
const extraMinutes = 60;

/** A summary holds no more names. */
const maxNamed = 4;

/**
 * Verifies a promotion as recorded: on a fresh fork of the parent branch, runs the plan's migration, its setup and all
 * its suites with the merged code. The results do not become the experiment's outcomes: they go to the verification's
 * record, to the timeline, and to the artifacts of its cycle.
 * @throws the signal's reason if the run was stopped
 */
export async function verify(spec: CycleSpec): Promise<CycleResult> {
  const record = await readVerification(spec.experiment);
  if (record?.run_id !== spec.runId) throw new Error("The verification was taken over by another run.");
  const result = await measure(spec, record).catch(async (error: unknown) => {
    if (spec.signal.aborted) {
      await conclude(spec, record, { state: "stopped", by_tag: {} });
      spec.signal.throwIfAborted();
    }
    return { by_tag: {}, evidence: {}, status: "not_measured" as const, error: describeError(error) };
  });
  const { status, by_tag, error } = result;
  await conclude(spec, record, { state: status, by_tag, error });
  return result;
}

async function conclude(
  { experiment, lakebase }: CycleSpec,
  record: Verification,
  end: Pick<Verification, "state" | "by_tag"> & Pick<Partial<Verification>, "error">,
): Promise<void> {
  const ended_at = new Date().toISOString();
  await removeScratch({ lakebase }, experiment, record.scratch);
  Object.assign(record, end, { ended_at });
  await writeVerification(experiment, record);
  const { run_id, cycle_id, commit, code, parent, state, by_tag } = record;
  const what = { run_id, cycle_id, commit, code, parent, status: state, counts: by_tag };
  await appendTimeline(experiment, { ts: ended_at, kind: "verification", ...what });
}

async function measure(spec: CycleSpec, record: Verification): Promise<CycleResult> {
  const { request, experiment } = spec;
  const nothing = { by_tag: {}, evidence: {} };
  spec.onStep("code", nothing);
  const checkCode = await prepareCode(experiment, {
    commit: record.commit,
    worktree: record.scratch.worktree,
  });
  spec.onStep("branch", nothing);
  const branch = await forkParent(spec, record);
  const planned = { ...spec, request: { ...request, plan: withMigration(request.plan) } };
  const scope = await openOnBranch(planned, branch, { commit: record.commit, checkCode });
  return withPorts(request.plan.ports ?? 0, spec.signal, (ports) => count({ ...scope, ports }, record));
}

async function count(scope: CycleScope, record: Verification): Promise<CycleResult> {
  const { experiment } = scope;
  // Nothing has run on the fork yet, so it still equals the parent at that moment.
  const before = await readScopeState(scope);
  await writeParentState(experiment, before);
  const counts: CycleResult = { by_tag: {}, evidence: {}, status: "not_measured" };
  const error = await runSteps(scope, counts, async () => {});
  scope.signal.throwIfAborted();
  const after = await readScopeState(scope);
  record.ledgers = after.ledgers;
  record.schema_diff_summary = summarizeSchema({ before, after }, await recordSchemaDifference(scope));
  await scope.checkCode();
  return {
    ...counts,
    status: judgeCounts(withoutOptional(counts, scope)),
    error: error && describeError(error),
  };
}

/**
 * Summarizes how a schema changed since the fork: as it differs from the parent's, or by the objects that changed if the
 * parent's could not be read, or has changed in the same way.
 * @returns undefined if it has not changed
 */
export function summarizeSchema(
  { before, after }: Readonly<Record<"before" | "after", DatabaseState>>,
  { schema_diff_summary = noDifference }: Differences,
): string | undefined {
  const { objects } = findStateChanges(before, after);
  if (objects.length === 0) return undefined;
  return schema_diff_summary === noDifference
    ? nameSome(objects.map(maskLogins), maxNamed)
    : schema_diff_summary;
}

/** A suite that is not required to win need not be measured here either; if it fails, it counts. */
function withoutOptional({ evidence, ...counts }: CycleCounts, { request }: CycleScope): CycleCounts {
  const isMissing = ([tag, { state }]: [string, { state: string }]) =>
    state === "no_evidence" && request.plan.suites[tag]?.required === false;
  const kept = Object.entries(evidence).filter((each) => !isMissing(each));
  return { ...counts, evidence: Object.fromEntries(kept) };
}

/** Puts the parent's migration first, as it will be, followed by the remaining setup steps. */
function withMigration({ promote, setup = [], ...plan }: Plan): Plan {
  const migrate = promote?.migrate ?? [];
  const isNew = (step: Step) => !migrate.some((each) => isDeepStrictEqual(each, step));
  const steps = [...migrate, ...setup.filter(isNew)];
  return { ...plan, promote, ...(steps.length > 0 && { setup: steps }) };
}

async function forkParent(
  { experiment, lakebase, request, signal }: CycleSpec,
  record: Verification,
): Promise<Branch> {
  const minutes = request.plan.budget.wall_clock_minutes + extraMinutes;
  const expiry = { ttl: `${Math.ceil(minutes * 60)}s` };
  const fork = { branch: record.scratch.branch, parentBranch: record.parent.branch, expiry, signal };
  const { branch } = await createBranch(lakebase, { ...fork, existing: "refuse" });
  record.scratch.branch_uid = branch.uid;
  await writeVerification(experiment, record);
  return branch;
}

async function readScopeState({ logins }: CycleScope) {
  const connection = await logins.lasting(0);
  return logins.holding(connection, () => readState(connection));
}
