import type { ExperimentOutcomes } from "../../../schemas/outcomes.ts";
import { diffSchemas } from "../../database/diff.ts";
import { readSchema } from "../../database/snapshot.ts";
import { summarizeChanges } from "../../database/summary.ts";
import { writeArtifact } from "../../experiments/artifacts.ts";
import type { Experiment } from "../../experiments/experiments.ts";
import { schemaDifferenceName, stateDirectory } from "../../experiments/layout.ts";
import { codeDirectory } from "../../experiments/worktrees.ts";
import { readCodeDiff, readTreeDiff } from "../../git/code-diff.ts";
import { readTreeState, type TreeState } from "../../git/commit.ts";
import { getBranch } from "../../lakebase/branches.ts";
import { type Connection, openConnection } from "../../lakebase/connection.ts";
import type { Lakebase } from "../../lakebase/lakebase.ts";
import { CoreError } from "../../utils/core-error.ts";
import { secretsOf } from "../command/environment.ts";
import { createRedactor } from "../redaction/redact.ts";

export type Differences = Pick<ExperimentOutcomes, "schema_diff_summary" | "code_diff_lines" | "code_diff">;

interface DifferenceSpec {
  experiment: Experiment;
  cycleId: string;
  lakebase: Lakebase;
  signal: AbortSignal;
  /** The code that the cycle ran on. */
  tree: TreeState;
}

/**
 * How an experiment's schema differs from its parent's, and its code from where it left the main checkout's. The
 * schema's changes become an artifact of the cycle. What cannot be found out is left out: it decides nothing.
 */
export async function recordDifferences(spec: DifferenceSpec, connection: Connection): Promise<Differences> {
  const [schema, code] = await Promise.all([schemaDifference(spec, connection), codeDifference(spec)]);
  return { ...schema, ...code };
}

async function schemaDifference(
  { experiment, cycleId, lakebase, signal }: DifferenceSpec,
  connection: Connection,
): Promise<Differences> {
  try {
    const { branch, parent_branch } = await getBranch(lakebase, experiment.branch, { signal });
    if (parent_branch === null) return {};
    const parent = await openConnection(lakebase, parent_branch, { signal });
    const [from, to] = await Promise.all([readSchema(parent), readSchema(connection)]);
    const changes = diffSchemas(from, to);
    const difference = { from_branch: parent_branch, to_branch: branch, changes };
    const redactor = createRedactor(secretsOf([parent, connection]));
    const text = redactor.text(JSON.stringify(difference, null, 2));
    await writeArtifact(experiment, cycleId, schemaDifferenceName, `${text}\n`);
    return { schema_diff_summary: redactor.text(summarizeChanges(changes)) };
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    return {};
  }
}

/** Only an experiment with a worktree has code of its own. */
async function codeDifference({ experiment, tree }: DifferenceSpec): Promise<Differences> {
  const directory = await codeDirectory(experiment);
  const { commit } = await readTreeState(experiment.workspace);
  if (directory === experiment.workspace || commit === null) return {};
  const code_diff = await (tree.dirty
    ? readTreeDiff(directory, commit, stateDirectory(experiment.workspace))
    : readCodeDiff(directory, commit, tree.commit ?? "HEAD"));
  return code_diff === undefined ? {} : { code_diff, code_diff_lines: code_diff.added + code_diff.removed };
}
