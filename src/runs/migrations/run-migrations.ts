import type { SchemaChange } from "../../../schemas/comparison/schema-change.ts";
import type { MigrationsSuite, Step } from "../../../schemas/plan/suite.ts";
import { diffSchemas } from "../../database/diff.ts";
import { readSchema, type SchemaSnapshot } from "../../database/snapshot.ts";
import { schemaDifferenceName } from "../../experiments/layout.ts";
import { asKnownError } from "../../utils/processes/system-errors.ts";
import { listSecrets } from "../command/environment.ts";
import { withForkScope } from "../cycle/causes/fork-scope.ts";
import { writeSchemaDifference } from "../cycle/differences.ts";
import type { CycleScope } from "../cycle/scope.ts";
import { createRedactor } from "../redaction/redact.ts";
import { type SuiteVerdict, withEvidence } from "../suite/evidence.ts";
import { runSetup, SetupFailed, setupSeconds, writeCases } from "../suite/suite.ts";
import { buildMigrationCases, type MigrationResult } from "./migration-cases.ts";

/**
 * Runs the built-in suite `migrations`: runs the plan's setup twice on a fresh fork of the experiment's parent branch,
 * and counts the expected properties as tests. The fork is removed afterwards; the experiment's own branch is not
 * touched. If it cannot be run, that is a verdict, not an error.
 * @throws the signal's reason if the suite was stopped along with its run
 */
export async function runMigrations(
  scope: CycleScope,
  { tag, suite }: { tag: string; suite: MigrationsSuite },
): Promise<SuiteVerdict> {
  const { setup: steps = [] } = scope.request.plan;
  try {
    const begin = performance.now();
    const seconds = 2 * steps.length * setupSeconds;
    const applied = await withForkScope(scope, tag, seconds, (fork) => applyTwice(fork, tag, steps));
    const cases = buildMigrationCases(applied, suite.may_lock ?? []);
    const verdict = { ...withEvidence({ cases }), durations_ms: [Math.round(performance.now() - begin)] };
    await writeCases(scope, { tag, folder: tag, verdict, details: findDetails(applied, tag) });
    return verdict;
  } catch (error) {
    scope.signal.throwIfAborted();
    const trouble = asKnownError(error);
    return { state: "no_evidence", reason: trouble.message, trouble, cases: [] };
  }
}

/** The result of running the setup twice. */
interface Round extends MigrationResult {
  /** The artifact that shows how it failed. */
  log?: string;
}

async function applyTwice(scope: CycleScope, tag: string, steps: readonly Step[]): Promise<Round> {
  const before = await readFork(scope);
  const first = await apply(scope, steps, `${tag}/first`);
  if (first !== undefined) return { failure: { run: "first", message: first.message }, log: first.artifact };
  const after = await readFork(scope);
  const changes = diffSchemas(before, after);
  await keepDifference(scope, `${tag}/${schemaDifferenceName}`, changes);
  const second = await apply(scope, steps, `${tag}/again`);
  if (second !== undefined)
    return { changes, failure: { run: "again", message: second.message }, log: second.artifact };
  const again = diffSchemas(after, await readFork(scope));
  if (again.length > 0) await keepDifference(scope, `${tag}/again-${schemaDifferenceName}`, again);
  return { changes, again };
}

/** @returns how the setup failed; undefined if it did not */
async function apply(
  scope: CycleScope,
  steps: readonly Step[],
  folder: string,
): Promise<SetupFailed | undefined> {
  try {
    await runSetup(scope, steps, folder);
    return undefined;
  } catch (error) {
    if (error instanceof SetupFailed) return error;
    throw error;
  }
}

async function readFork({ logins }: CycleScope): Promise<SchemaSnapshot> {
  const connection = await logins.lasting(0);
  return logins.reading(connection, readSchema);
}

async function keepDifference(scope: CycleScope, name: string, changes: SchemaChange[]): Promise<void> {
  const { branch, logins } = scope;
  const difference = {
    from_branch: branch.parent_branch ?? branch.branch,
    to_branch: branch.branch,
    changes,
  };
  await writeSchemaDifference(scope, name, difference, createRedactor(listSecrets(logins.used)));
}

/** Returns the most informative artifact of the cycle. */
function findDetails({ log, again = [] }: Round, tag: string): string {
  if (log !== undefined) return log;
  return `${tag}/${again.length > 0 ? "again-" : ""}${schemaDifferenceName}`;
}
