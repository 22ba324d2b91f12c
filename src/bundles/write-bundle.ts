import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { rename, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import type { BundleFile, BundleManifest } from "../../schemas/bundle.ts";
import type { Evidence, ExperimentOutcomes } from "../../schemas/experiment/outcomes.ts";
import type { Run, RunResult } from "../../schemas/run.ts";
import { listArtifactNames } from "../experiments/artifacts/artifacts.ts";
import { findCode } from "../experiments/code/worktrees.ts";
import { type Experiment, getExperiment } from "../experiments/experiments.ts";
import { cycleDirectory } from "../experiments/layout.ts";
import { readOutcomes } from "../experiments/outcomes/outcomes.ts";
import { hasEnded, readRequest, readRun, requestFor } from "../runs/journal/journal.ts";
import { CoreError } from "../utils/core-error.ts";
import { makeTemporaryName } from "../utils/files/files.ts";
import { packBundle } from "./archive.ts";
import { describeMeasured, describeRun } from "./describe-run.ts";
import { usualLimits } from "./limits.ts";
import { checkSizes, isOfTags } from "./manifest.ts";

export interface WrittenBundle {
  /** Absolute. */
  path: string;
  /** The size of the file. */
  bytes: number;
  manifest: BundleManifest;
}

/**
 * Writes what a run did for its one experiment as one file: its counts, what they belong to, and all artifacts, logs and
 * lists of tests that show them. The file is written atomically, and replaces one of that name.
 * @param path absolute, or relative to the workspace
 * @throws CoreError `unknown_run`, `unknown_experiment`; `experiment_busy` if the run has not ended; `invalid_input` if it
 *   has several experiments or none; `bundle_empty` if it measured nothing; `bundle_too_large`
 */
export async function writeBundle(input: {
  workspace: string;
  run_id: string;
  path: string;
}): Promise<WrittenBundle> {
  const { workspace, run_id } = input;
  const path = resolve(workspace, input.path);
  const { run, result, experiment, outcomes, evidence } = await readEnded(workspace, run_id);
  const request = requestFor(await readRequest(workspace, run_id), experiment.experiment_slug);
  const directory = cycleDirectory(experiment, run.cycle_id);
  const files = await describeFiles(directory, await listOwn(experiment, run, request.tags));
  const { directory: code_directory } = await findCode(experiment);
  const manifest: BundleManifest = {
    ...describeRun(run, request),
    ...describeMeasured(request, outcomes, evidence, result),
    code_directory,
    files,
  };
  checkSizes(manifest, usualLimits);
  const temporary = join(dirname(path), makeTemporaryName());
  try {
    await packBundle(manifest, directory, temporary);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  return { path, bytes: (await stat(path)).size, manifest };
}

interface EndedRun {
  run: Run;
  result: RunResult;
  experiment: Experiment;
  outcomes: ExperimentOutcomes;
  evidence: Evidence;
}

async function readEnded(workspace: string, runId: string): Promise<EndedRun> {
  const run = await readRun(workspace, runId);
  if (!hasEnded(run)) {
    throw new CoreError("experiment_busy", `${runId} has not ended.`, {
      hint: "Wait for it, then write the bundle.",
      retryable: true,
    });
  }
  const [result, ...others] = run.results;
  if (result === undefined || others.length > 0 || run.kind !== undefined) {
    throw new CoreError(
      "invalid_input",
      `A bundle contains the suites of one experiment; ${runId} did something else.`,
      {
        hint: "Run one experiment for each bundle.",
      },
    );
  }
  const { feature_id } = run;
  const { experiment_slug, error } = result;
  const experiment = await getExperiment({ workspace, feature_id, experiment_slug });
  const outcomes = await readOutcomes(experiment);
  const evidence = outcomes?.evidence;
  if (outcomes !== undefined && evidence?.run_id === runId)
    return { run, result, experiment, outcomes, evidence };
  const why = error === undefined ? "it left no record, or a later run replaced it." : error.message;
  throw new CoreError("bundle_empty", `${runId} measured nothing of ${experiment_slug}: ${why}`, {
    hint: error?.hint ?? "Run it again, and write the bundle before another run.",
  });
}

async function listOwn(
  experiment: Experiment,
  { cycle_id }: Run,
  tags: readonly string[],
): Promise<string[]> {
  const names = (await listArtifactNames(experiment)).get(cycle_id) ?? [];
  return names.filter(isOfTags(tags)).sort();
}

async function describeFiles(directory: string, names: readonly string[]): Promise<BundleFile[]> {
  const files: BundleFile[] = [];
  for (const name of names) {
    const path = join(directory, name);
    const hash = createHash("sha256");
    await pipeline(createReadStream(path), hash);
    files.push({ name, size: (await stat(path)).size, sha256: hash.digest("hex") });
  }
  return files;
}
