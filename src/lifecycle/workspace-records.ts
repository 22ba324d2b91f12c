import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Closing } from "../../schemas/experiment/closed.ts";
import type { Run } from "../../schemas/run.ts";
import { type CutIntent, listCutIntents, readCutIntent } from "../experiments/branches/cut-intent.ts";
import { type ClosedExperiment, listClosed, listClosing, readClosing } from "../experiments/closed.ts";
import { type Experiment, listAllExperiments } from "../experiments/experiments.ts";
import {
  type ExperimentNames,
  type ExperimentRef,
  nameExperiment,
  runsDirectory,
} from "../experiments/layout.ts";
import { listPromotionRecords, type PromotionRecords } from "../experiments/promotion.ts";
import { findRepository } from "../git/repository.ts";
import { listWorktrees } from "../git/worktrees/worktree-list.ts";
import { listRuns } from "../runs/journal/journal.ts";
import { ignoreCoreError } from "../utils/core-error.ts";

/** All records of a workspace, read at one moment: the proof of what is ours. */
export interface WorkspaceRecords {
  workspace: string;
  experiments: Experiment[];
  /** Those of this repository's other checkouts on this machine, which may share our records through git. */
  elsewhere: Experiment[];
  closed: ClosedExperiment[];
  /** Those whose closing has begun but is not finished. */
  closing: { ref: ExperimentRef; record: Closing }[];
  /** Those whose branch was about to be created but was never recorded. */
  intents: { ref: ExperimentRef; record: CutIntent }[];
  promotions: PromotionRecords[];
  runs: Run[];
}

export async function readWorkspaceRecords(workspace: string): Promise<WorkspaceRecords> {
  const archive = listClosed(workspace);
  const [experiments, elsewhere, closed, closing, intents, promotions, runs] = await Promise.all([
    listAllExperiments(workspace),
    listElsewhere(workspace),
    archive,
    listClosing(workspace).then((refs) => readEach(refs, readClosing)),
    readEach(listCutIntents(workspace), readCutIntent),
    archive.then((found) => listPromotionRecords(workspace, found)),
    listRuns(workspace),
  ]);
  return { workspace, experiments, elsewhere, closed, closing, intents, promotions, runs };
}

/**
 * Lists the experiments of other checkouts. Only a checkout that a server has worked in has runs, since git ignores
 * them.
 */
async function listElsewhere(workspace: string): Promise<Experiment[]> {
  const repository = await findRepository(workspace);
  if (repository === undefined) return [];
  const checkouts = (await listWorktrees(workspace)).map(({ path }) => join(path, repository.folder));
  const others = checkouts.filter((path) => path !== workspace && existsSync(runsDirectory(path)));
  return (await Promise.all(others.map(listAllExperiments))).flat();
}

/** Reads one kind of record for each experiment, skipping what is missing or unreadable. */
async function readEach<Value>(
  refs: readonly ExperimentRef[],
  read: (ref: ExperimentRef) => Promise<Value | undefined>,
): Promise<{ ref: ExperimentRef; record: Value }[]> {
  const found = await Promise.all(
    refs.map(async (ref) => {
      const record = await read(ref).catch(ignoreCoreError);
      return record === undefined ? [] : [{ ref, record }];
    }),
  );
  return found.flat();
}

/** Whether an experiment is open or being closed, here or in another checkout of the repository. */
export function isKnown(
  { experiments, elsewhere, closing }: WorkspaceRecords,
  names: ExperimentNames,
): boolean {
  const known = [...experiments, ...elsewhere, ...closing.map(({ ref }) => ref)];
  return known.some((each) => nameExperiment(each) === nameExperiment(names));
}
