import { join, sep } from "node:path";
import type * as z from "zod";
import {
  artifactNameSchema,
  cycleIdSchema,
  experimentSlugSchema,
  featureIdSchema,
  runIdSchema,
} from "../../schemas/names.ts";
import { parseAs } from "../utils/parse.ts";

/** A feature, by the names that lead to its records. `workspace` is the absolute path of the main checkout. */
export interface FeatureRef {
  readonly workspace: string;
  readonly feature_id: string;
}

/** An experiment, likewise. */
export interface ExperimentRef extends FeatureRef {
  readonly experiment_slug: string;
}

/** An experiment by its names alone. */
export type ExperimentNames = Omit<ExperimentRef, "workspace">;

/** As people and other calls name an experiment. */
export function nameExperiment({ feature_id, experiment_slug }: ExperimentNames): string {
  return `${feature_id}/${experiment_slug}`;
}

/** The directory of all our records. */
export function stateDirectory(workspace: string): string {
  return below(workspace, ".tdd");
}

export function planPath(workspace: string, featureId: string): string {
  return join(stateDirectory(workspace), "features", named(featureIdSchema, featureId), "plan.json");
}

/** What was decided on a feature's experiments, as Markdown that git keeps. */
export function decisionsPath(workspace: string, featureId: string): string {
  return join(stateDirectory(workspace), "features", named(featureIdSchema, featureId), "decisions.md");
}

/** Held while a feature's decisions are written. */
export function decisionsLock({ workspace, feature_id }: FeatureRef): string {
  return join(runsDirectory(workspace), "decisions", `${named(featureIdSchema, feature_id)}.lock`);
}

/** The directory whose folders are the experiments of a feature. */
export function experimentsDirectory(workspace: string, featureId: string): string {
  return below(stateDirectory(workspace), "experiments", named(featureIdSchema, featureId));
}

/** The comparison of a feature as a page. */
export function comparisonPagePath(workspace: string, featureId: string): string {
  return below(experimentsDirectory(workspace, featureId), "comparison.html");
}

/** A comparison asks for the same paths again and again, and making them costs as much as reading what is there. */
const known = new WeakMap<ExperimentRef, ReturnType<typeof makePaths>>();

/** The paths of an experiment's records; made and checked once for each reference, which must not change then. */
export function experimentPaths(ref: ExperimentRef): ReturnType<typeof makePaths> {
  const paths = known.get(ref) ?? makePaths(ref);
  known.set(ref, paths);
  return paths;
}

function makePaths(ref: ExperimentRef) {
  const slug = named(experimentSlugSchema, ref.experiment_slug);
  const directory = below(experimentsDirectory(ref.workspace, ref.feature_id), slug);
  const inside = (name: string) => below(directory, name);
  return {
    directory,
    branch: inside("branch.txt"),
    branchRecord: inside("branch.json"),
    /** There from the moment on that it is being closed; then it goes to the archive with the rest. */
    closed: inside("closed.json"),
    notes: inside("notes.md"),
    outcomes: inside("outcomes.json"),
    reported: inside("reported.json"),
    timeline: inside("timeline.json"),
    runtime: inside("runtime.json"),
    worktree: inside("worktree.json"),
    written: inside("written.json"),
    artifacts: inside("artifacts"),
  };
}

/** The directory of the worktrees that an earlier version cut. */
export function oldWorktreesDirectory(workspace: string): string {
  return below(stateDirectory(workspace), "worktrees");
}

/** Where the worktree of an experiment is that was cut by an earlier version, which recorded no place. */
export function oldWorktreePath({ workspace, feature_id, experiment_slug }: ExperimentRef): string {
  const names = [named(featureIdSchema, feature_id), named(experimentSlugSchema, experiment_slug)];
  return below(oldWorktreesDirectory(workspace), ...names);
}

/** The place of an experiment's worktree below the folder of all worktrees. */
export function worktreePath(directory: string, { feature_id, experiment_slug }: ExperimentRef): string {
  return join(directory, named(featureIdSchema, feature_id), named(experimentSlugSchema, experiment_slug));
}

/** The git branch of an experiment's worktree, without `refs/heads/`. */
export function worktreeBranch({ feature_id, experiment_slug }: ExperimentRef): string {
  return `experiment/${named(featureIdSchema, feature_id)}/${named(experimentSlugSchema, experiment_slug)}`;
}

/** What commands wrote into the main checkout, whose experiments share it. */
export function mainWrittenPath(workspace: string): string {
  return join(runsDirectory(workspace), "written", "main.json");
}

/** Held while an experiment's worktree is made or restored. */
export function worktreeLock({ workspace, feature_id, experiment_slug }: ExperimentRef): string {
  const name = `${named(featureIdSchema, feature_id)}--${named(experimentSlugSchema, experiment_slug)}.lock`;
  return join(runsDirectory(workspace), "worktrees", name);
}

/** The directory of what tells of promotions, by feature and experiment. Of this machine alone. */
export function promotionsDirectory(workspace: string): string {
  return below(stateDirectory(workspace), "promotions");
}

/** The paths of what tells of an experiment's promotion. */
export function promotionPaths({ workspace, feature_id, experiment_slug }: ExperimentRef) {
  const names = [named(featureIdSchema, feature_id), named(experimentSlugSchema, experiment_slug)];
  const directory = below(promotionsDirectory(workspace), ...names);
  const inside = (name: string) => below(directory, name);
  return {
    directory,
    /** What was verified last. */
    verification: inside("verification.json"),
    /** What the parent branch was like then. */
    parentState: inside("parent-state.json"),
    /** The steps that were taken. */
    promotion: inside("promotion.json"),
    pullRequest: inside("pull-request.md"),
  };
}

/** The directory whose folders are the features that closed experiments are of. */
export function archiveDirectory(workspace: string): string {
  return below(stateDirectory(workspace), "archive");
}

/**
 * Where the record of a closed experiment goes. One whose slug was closed before goes beside that.
 * @param closedAt RFC 3339; left out for the first
 */
export function archivePath({ workspace, feature_id, experiment_slug }: ExperimentRef, closedAt?: string) {
  const names = [named(featureIdSchema, feature_id), named(experimentSlugSchema, experiment_slug)];
  // A plus sign is part of no experiment's name.
  const time = closedAt === undefined ? "" : `+${closedAt.replace(/[-:.]/g, "")}`;
  return below(archiveDirectory(workspace), ...names) + time;
}

/** The paths of what tells in the archive how an experiment ended. */
export function archivedPaths(directory: string) {
  const inside = (name: string) => below(directory, name);
  return {
    closed: inside("closed.json"),
    promotion: inside("promotion"),
    worktree: inside("worktree.json"),
    branchRecord: inside("branch.json"),
  };
}

/** A scratch worktree for a run, beside an experiment's. A plus sign is part of no experiment's name. */
export function scratchBeside(worktree: string, runId: string): string {
  return `${worktree}+${named(runIdSchema, runId).slice(-8)}`;
}

/** The artifact that holds how a cycle's schema differs from its parent's. */
export const schemaDifferenceName = "schema-diff.json";

/** The folder, in that of a tag, of what a command left that was ended with its run. */
export const interruptedName = "interrupted";

/** The folder of what a tag's failed tests leave that are run alone. A plus sign is part of no tag: it passes for none. */
export function failedFirstFolder(tag: string): string {
  return `${tag}+failed`;
}

/** The file by which a suite measures. */
export const metricsName = "metrics.json";

/** The artifact that holds the cases of a tag, beside the folder of what the tag left. */
export function casesName(tag: string): string {
  return `${tag}.cases.json`;
}

/** The folder of one cycle's artifacts. */
export function cycleDirectory(ref: ExperimentRef, cycleId: string): string {
  return join(experimentPaths(ref).artifacts, named(cycleIdSchema, cycleId));
}

/** The path of one artifact. Its name may have folders, and never leads out of its cycle. */
export function artifactPath(ref: ExperimentRef, cycleId: string, name: string): string {
  return join(cycleDirectory(ref, cycleId), named(artifactNameSchema, name));
}

/** The directory of what is being cut. */
export function cutsDirectory(workspace: string): string {
  return join(runsDirectory(workspace), "cuts");
}

/** What is being cut for an experiment at the moment, and the lock of whoever does it. Of this machine alone. */
export function cutPaths({ workspace, feature_id, experiment_slug }: ExperimentRef) {
  // A plus sign is part of neither name.
  const name = `${named(featureIdSchema, feature_id)}+${named(experimentSlugSchema, experiment_slug)}`;
  const inside = (ending: string) => join(cutsDirectory(workspace), name + ending);
  return { intent: inside(".json"), lock: inside(".lock") };
}

/** Held while somebody adds to what was reported of an experiment. */
export function reportedLock({ workspace, feature_id, experiment_slug }: ExperimentRef): string {
  const name = `${named(featureIdSchema, feature_id)}+${named(experimentSlugSchema, experiment_slug)}.lock`;
  return join(runsDirectory(workspace), "reported", name);
}

export function runsDirectory(workspace: string): string {
  return join(stateDirectory(workspace), "runs");
}

export function runDirectory(workspace: string, runId: string): string {
  return join(runsDirectory(workspace), named(runIdSchema, runId));
}

/** A run as its worker last wrote it. */
export function runJournalPath(workspace: string, runId: string): string {
  return join(runDirectory(workspace, runId), "run.json");
}

/** As `join`, for checked names alone: nothing to normalize, and a comparison makes thousands of paths. */
function below(directory: string, ...names: string[]): string {
  return [directory, ...names].join(sep);
}

/** Every name that becomes part of a path passes here, whatever its caller checked before. */
function named(schema: z.ZodType<string>, value: string): string {
  return parseAs(schema, value, {
    code: "invalid_name",
    subject: JSON.stringify(value),
    hint: "Use a name of the allowed form, such as exp-a.",
  });
}
