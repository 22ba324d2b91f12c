import type { SchemaDifference } from "../../../schemas/comparison/schema-change.ts";
import type { ExperimentOutcomes } from "../../../schemas/experiment/outcomes.ts";
import { diffSchemas } from "../../database/diff.ts";
import { restoreParent } from "../../database/parent-at-fork.ts";
import { readSchema, type SchemaSnapshot } from "../../database/snapshot.ts";
import { summarizeChanges } from "../../database/summary.ts";
import { writeArtifact } from "../../experiments/artifacts/artifacts.ts";
import { readParentSchema } from "../../experiments/branches/parent-schema.ts";
import { schemaDifferenceName, stateDirectory } from "../../experiments/layout.ts";
import { readCodeDiff, readTreeDiff } from "../../git/changes/code-diff.ts";
import { findMergeBase } from "../../git/commit.ts";
import { findCommit } from "../../git/repository.ts";
import type { Connection } from "../../lakebase/connection/client.ts";
import { CoreError } from "../../utils/core-error.ts";
import { listSecrets } from "../command/environment.ts";
import type { RunRequest } from "../journal/journal.ts";
import { createRedactor, type Redactor } from "../redaction/redact.ts";
import type { CycleScope } from "./scope.ts";

export type Differences = Pick<ExperimentOutcomes, "schema_diff_summary" | "code_diff_lines" | "code_diff">;

/**
 * Records how an experiment's schema differs from its parent's, and its code from where it branched off. The schema's
 * changes become an artifact of the cycle. What cannot be determined is omitted, because it decides nothing.
 */
export async function recordDifferences(
  scope: CycleScope,
  meanwhile: { schema: Measurement<SchemaReading>; code: Measurement<Differences> },
): Promise<Differences> {
  const [schema, code] = await Promise.all([
    recordSchemaDifference(scope, meanwhile.schema.measured),
    meanwhile.code.measured(),
  ]);
  return { ...schema, ...code };
}

/**
 * Records how a branch's schema differs from its parent's, as that was when the branch was forked, if that is known; the
 * changes become an artifact of the cycle.
 */
export async function recordSchemaDifference(
  scope: CycleScope,
  read = () => readBranchSchema(scope),
): Promise<Differences> {
  const { experiment, cycleId, readParent } = scope;
  const { branch, parent_branch } = scope.branch;
  if (parent_branch === null) return {};
  try {
    const [parent, { connection, schema }] = await Promise.all([readParent(parent_branch), read()]);
    const atFork = await readParentSchema(experiment, scope.branch.uid);
    const base = atFork === undefined ? parent.schema : restoreParent(parent.schema, schema, atFork);
    const changes = diffSchemas(base, schema);
    const difference = { from_branch: parent_branch, to_branch: branch, changes };
    const redactor = createRedactor(listSecrets([parent.connection, connection]));
    await writeSchemaDifference({ experiment, cycleId }, schemaDifferenceName, difference, redactor);
    return { schema_diff_summary: redactor.text(summarizeChanges(changes)) };
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    return {};
  }
}

/** Stores a difference as an artifact of a cycle, without secrets. */
export async function writeSchemaDifference(
  { experiment, cycleId }: Pick<CycleScope, "experiment" | "cycleId">,
  name: string,
  difference: SchemaDifference,
  redactor: Redactor,
): Promise<void> {
  const text = redactor.text(JSON.stringify(difference, null, 2));
  await writeArtifact(experiment, cycleId, name, `${text}\n`);
}

/** A branch's schema, and the login that read it. */
interface SchemaReading {
  connection: Connection;
  schema: SchemaSnapshot;
}

async function readBranchSchema({ logins }: Pick<CycleScope, "logins">): Promise<SchemaReading> {
  const connection = await logins.lasting(0);
  return { connection, schema: await logins.reading(connection, readSchema) };
}

/** Something that may be measured before it is asked for. */
interface Measurement<Value> {
  begin: () => void;
  measured: () => Promise<Value>;
}

function measureMeanwhile<Value>(mayBegin: boolean, measure: () => Promise<Value>): Measurement<Value> {
  let begun: Promise<Value> | undefined;
  return {
    begin: () => {
      if (!mayBegin) return;
      begun ??= measure();
      // Whoever asks for it learns whether that worked.
      begun.catch(() => {});
    },
    measured: () => begun ?? measure(),
  };
}

type RequestedJob = { request: Pick<RunRequest, "job"> };

/** Reads the schema once the last suite has passed, while its files are still read. */
export function readSchemaMeanwhile(
  scope: Pick<CycleScope, "logins"> & RequestedJob,
): Measurement<SchemaReading> {
  return measureMeanwhile(scope.request.job === undefined, () => readBranchSchema(scope));
}

/** What measuring the code takes. */
type MeasuredScope = Pick<CycleScope, "experiment" | "tree" | "code">;

/**
 * Measures the code while a suite runs, so that no one waits for it afterwards. It waits in two cases: nothing may run
 * beside an experiment that runs alone, and a suite may be writing among uncommitted changes.
 */
export function measureCodeMeanwhile(
  scope: MeasuredScope & Pick<CycleScope, "isAlone"> & RequestedJob,
): Measurement<Differences> {
  const { isAlone, tree, request } = scope;
  return measureMeanwhile(!isAlone && !tree.dirty && request.job === undefined, () => measureCode(scope));
}

/**
 * Measures the lines of code changed since the worktree was created, or since its last merge. Only an experiment with a
 * worktree has its own code.
 */
export async function measureCode(scope: MeasuredScope): Promise<Differences> {
  try {
    return await countLines(scope);
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    return {};
  }
}

async function countLines({ experiment, tree, code }: MeasuredScope): Promise<Differences> {
  const { root, worktree } = code;
  if (worktree === undefined || tree.commit === null) return {};
  const { workspace } = experiment;
  const main = await findCommit(workspace, "HEAD");
  const starts = [main, worktree.base_commit].filter((commit) => commit !== undefined);
  const base = await findMergeBase(root, tree.commit, ...starts);
  if (base === undefined) return {};
  const code_diff = await (tree.dirty
    ? readTreeDiff(root, base, stateDirectory(workspace))
    : readCodeDiff(root, base, tree.commit));
  return code_diff === undefined ? {} : { code_diff, code_diff_lines: code_diff.added + code_diff.removed };
}
