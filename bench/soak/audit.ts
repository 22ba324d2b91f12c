import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import type { Run } from "../../schemas/run.ts";
import { listExperiments } from "../../src/experiments/experiments.ts";
import { experimentPaths, stateDirectory } from "../../src/experiments/layout.ts";
import { readOutcomes } from "../../src/experiments/outcomes/outcomes.ts";
import { readTimeline } from "../../src/experiments/timeline/timeline.ts";
import { listRuns } from "../../src/runs/journal/journal.ts";
import { getMessage } from "../../src/utils/core-error.ts";
import { feature_id, type SoakEnvironment } from "./environment.ts";
import { findProcesses } from "./processes.ts";

/** Lists incomplete records of all experiments. */
export async function findBroken({ workspace }: SoakEnvironment): Promise<string[]> {
  const broken: string[] = [];
  const note = (_path: string, reason: string) => void broken.push(reason);
  try {
    for (const experiment of await listExperiments(workspace, feature_id)) {
      await readOutcomes(experiment, note);
      await readTimeline(experiment, note);
    }
    await listRuns(workspace);
  } catch (error) {
    broken.push(getMessage(error));
  }
  return broken;
}

/** Lists what a run reported as measured but its experiments' records do not contain. */
export async function findLost({ workspace }: SoakEnvironment, run: Run): Promise<string[]> {
  const { run_id, cycle_id, results } = run;
  const runs = listResumed(run, await listRuns(workspace));
  const lost: string[] = [];
  for (const { experiment_slug, status, by_tag } of results) {
    if (status !== "succeeded" && status !== "failed") continue;
    const ref = { workspace, feature_id, experiment_slug };
    const isPreserved = (await readTimeline(ref)).some(
      (entry) =>
        entry.kind === "cycle" &&
        runs.some((id) => id === entry.run_id) &&
        entry.cycle_id === cycle_id &&
        isDeepStrictEqual(entry.by_tag, by_tag),
    );
    if (!isPreserved)
      lost.push(`${run_id} ${experiment_slug} ${JSON.stringify(by_tag)} in ${experimentPaths(ref).timeline}`);
  }
  return lost;
}

/** Lists the ids of a run and of those that it resumes: it reports what they finished, under their ids. */
function listResumed({ run_id, resumes }: Run, runs: readonly Run[]): string[] {
  const before = runs.find((run) => run.run_id === resumes);
  return [run_id, ...(before === undefined ? [] : listResumed(before, runs))];
}

const branchesSchema = z.object({ branches: z.array(z.object({ branch: z.string() })) });

/** Lists what remains once all experiments are closed: branches, worktrees, temporary files. */
export async function findLeft(environment: SoakEnvironment): Promise<string[]> {
  const { branches } = await environment.call(branchesSchema, "list_branches", { limit: 200 });
  const worktrees = environment.git("worktree", "list", "--porcelain").match(/^worktree .*/gm) ?? [];
  const beside = join(`${environment.workspace}.worktrees`, feature_id);
  const folders = existsSync(beside) ? readdirSync(beside) : [];
  return [
    ...branches.flatMap(({ branch }) => (branch === "production" ? [] : [`branch ${branch}`])),
    ...worktrees.slice(1),
    ...folders.map((name) => `folder ${join(beside, name)}`),
  ];
}

/** Temporary files of killed processes, which no one reads. */
export function countTemporaryFiles({ workspace }: SoakEnvironment): number {
  const names = readdirSync(stateDirectory(workspace), { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.includes(".writing-")).length;
}

/** Lists the processes that remain once server and emulator were stopped. */
export function findRunning({ folder }: SoakEnvironment): string[] {
  return findProcesses(folder).map(({ pid, role, command }) => `${role} ${pid}: ${command}`);
}
