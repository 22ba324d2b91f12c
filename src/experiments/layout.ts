import { join, sep } from "node:path";
import type * as z from "zod";
import {
  artifactNameSchema,
  cycleIdSchema,
  experimentSlugSchema,
  featureIdSchema,
  runIdSchema,
} from "../../schemas/names.ts";
import { isValid } from "../utils/is-valid.ts";
import { parseAs } from "../utils/parse.ts";

/** A feature, by the names that locate its records. `workspace` is the absolute path of the main checkout. */
export interface FeatureRef {
  readonly workspace: string;
  readonly feature_id: string;
}

/** An experiment, by the names that locate its records. */
export interface ExperimentRef extends FeatureRef {
  readonly experiment_slug: string;
}

/** An experiment, by its names only. */
export type ExperimentNames = Omit<ExperimentRef, "workspace">;

/** Formats an experiment's names as people and other calls write them. */
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

/** The decisions on a feature's experiments, as Markdown that is kept in git. */
export function decisionsPath(workspace: string, featureId: string): string {
  return join(stateDirectory(workspace), "features", named(featureIdSchema, featureId), "decisions.md");
}

/** Held while a feature's decisions are written. */
export function decisionsLock({ workspace, feature_id }: FeatureRef): string {
  return join(runsDirectory(workspace), "decisions", `${named(featureIdSchema, feature_id)}.lock`);
}

/** The directory that contains a feature's experiments. */
export function experimentsDirectory(workspace: string, featureId: string): string {
  return below(stateDirectory(workspace), "experiments", named(featureIdSchema, featureId));
}

/** The page with a feature's comparison. */
export function comparisonPagePath(workspace: string, featureId: string): string {
  return below(experimentsDirectory(workspace, featureId), "comparison.html");
}

/** A comparison needs the same paths again and again, and making them costs as much as reading the files. */
const known = new WeakMap<ExperimentRef, ReturnType<typeof makePaths>>();

/**
 * The paths of an experiment's records. Made and checked once per reference object, which must not change afterwards.
 */
export function experimentPaths(ref: ExperimentRef): ReturnType<typeof makePaths> {
  const paths = known.get(ref) ?? makePaths(ref);
  known.set(ref, paths);
  return paths;
}

function makePaths(ref: ExperimentRef) {
  const slug = named(experimentSlugSchema, ref.experiment_slug);
  const directory = below(experimentsDirectory(ref.workspace, ref.feature_id), slug);
  const inside = (name: string) => directory + sep + name;
  return {
    directory,
    branch: inside("branch.txt"),
    branchRecord: inside("branch.json"),
    /** Exists from the moment closing begins, and moves to the archive with the rest. */
    closed: inside("closed.json"),
    /** The schema that the branch was forked with. Only for this machine. */
    parentSchema: inside("parent-schema.json"),
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

/** The directory in which an earlier version put worktrees. */
export function oldWorktreesDirectory(workspace: string): string {
  return below(stateDirectory(workspace), "worktrees");
}

/** The path of a worktree that was cut by an earlier version, which recorded no path. */
export function oldWorktreePath({ workspace, feature_id, experiment_slug }: ExperimentRef): string {
  const names = [named(featureIdSchema, feature_id), named(experimentSlugSchema, experiment_slug)];
  return below(oldWorktreesDirectory(workspace), ...names);
}

/** The path of an experiment's worktree below the folder of all worktrees. */
export function worktreePath(directory: string, { feature_id, experiment_slug }: ExperimentRef): string {
  return join(directory, named(featureIdSchema, feature_id), named(experimentSlugSchema, experiment_slug));
}

/** The git branch of an experiment's worktree, without `refs/heads/`. */
export function worktreeBranch({ feature_id, experiment_slug }: ExperimentRef): string {
  return `experiment/${named(featureIdSchema, feature_id)}/${named(experimentSlugSchema, experiment_slug)}`;
}

/** The record of what commands wrote into the main checkout, which its experiments share. */
export function mainWrittenPath(workspace: string): string {
  return join(runsDirectory(workspace), "written", "main.json");
}

/** Held while an experiment's worktree is created or restored. */
export function worktreeLock({ workspace, feature_id, experiment_slug }: ExperimentRef): string {
  const name = `${named(featureIdSchema, feature_id)}+${named(experimentSlugSchema, experiment_slug)}.lock`;
  return join(runsDirectory(workspace), "worktrees", name);
}

/** The directory of promotion records, by feature and experiment. Only for this machine. */
export function promotionsDirectory(workspace: string): string {
  return below(stateDirectory(workspace), "promotions");
}

/** The paths of the records of an experiment's promotion. */
export function promotionPaths({ workspace, feature_id, experiment_slug }: ExperimentRef) {
  const names = [named(featureIdSchema, feature_id), named(experimentSlugSchema, experiment_slug)];
  const directory = below(promotionsDirectory(workspace), ...names);
  const inside = (name: string) => below(directory, name);
  return {
    directory,
    /** The last verification. */
    verification: inside("verification.json"),
    /** The state of the parent branch at that time. */
    parentState: inside("parent-state.json"),
    /** The journal of the promotion's steps. */
    promotion: inside("promotion.json"),
    pullRequest: inside("pull-request.md"),
  };
}

/** The directory with a folder for each feature that has closed experiments. */
export function archiveDirectory(workspace: string): string {
  return below(stateDirectory(workspace), "archive");
}

/**
 * The archive folder of a closed experiment. If the slug was closed before, the time distinguishes the folders.
 * @param closedAt RFC 3339; omitted for the first
 */
export function archivePath({ workspace, feature_id, experiment_slug }: ExperimentRef, closedAt?: string) {
  const names = [named(featureIdSchema, feature_id), named(experimentSlugSchema, experiment_slug)];
  // Experiment names cannot contain a plus sign.
  const time = closedAt === undefined ? "" : `+${closedAt.replace(/[-:.]/g, "")}`;
  return below(archiveDirectory(workspace), ...names) + time;
}

/** The paths of an archived experiment's records. */
export function archivedPaths(directory: string) {
  const inside = (name: string) => below(directory, name);
  return {
    closed: inside("closed.json"),
    promotion: inside("promotion"),
    worktree: inside("worktree.json"),
    branchRecord: inside("branch.json"),
  };
}

/** The path of a run's scratch worktree, next to the experiment's. Experiment names cannot contain a plus sign. */
export function scratchBeside(worktree: string, runId: string): string {
  return `${worktree}+${named(runIdSchema, runId).slice(-8)}`;
}

/** The artifact with the differences between a cycle's schema and its parent's. */
export const schemaDifferenceName = "schema-diff.json";

/** The folder, within that of a tag, for output of a command that was stopped with its run. */
export const interruptedName = "interrupted";

/**
 * The folder for the output of a tag's failed tests when they run on their own. Tags cannot contain a plus sign, so it
 * cannot be mistaken for one.
 */
export function failedFirstFolder(tag: string): string {
  return `${tag}+failed`;
}

/** The file in which a suite reports metrics. */
export const metricsName = "metrics.json";

/** The artifact with the cases of a tag, next to the tag's folder. */
export function casesName(tag: string): string {
  return `${tag}.cases.json`;
}

/** The folder of one cycle's artifacts. */
export function cycleDirectory(ref: ExperimentRef, cycleId: string): string {
  return join(experimentPaths(ref).artifacts, named(cycleIdSchema, cycleId));
}

/** The path of an artifact. Its name may contain folders, but cannot lead out of the cycle. */
export function artifactPath(ref: ExperimentRef, cycleId: string, name: string): string {
  return join(cycleDirectory(ref, cycleId), named(artifactNameSchema, name));
}

/** The directory for intents to cut branches. */
export function cutsDirectory(workspace: string): string {
  return join(runsDirectory(workspace), "cuts");
}

/** The paths of an experiment's intent to cut a branch, and of the lock held meanwhile. Only for this machine. */
export function cutPaths({ workspace, feature_id, experiment_slug }: ExperimentRef) {
  // Neither name can contain a plus sign.
  const name = `${named(featureIdSchema, feature_id)}+${named(experimentSlugSchema, experiment_slug)}`;
  const inside = (ending: string) => join(cutsDirectory(workspace), name + ending);
  return { intent: inside(".json"), lock: inside(".lock") };
}

/** Held while an experiment's reported outcomes are changed. */
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

/** Where an import unpacks bundles: on the disk of the records, so that what fits is moved there at once. */
export function importDirectory(workspace: string, runId: string): string {
  return join(runDirectory(workspace, runId), "import");
}

/** The run as its worker last wrote it. */
export function runJournalPath(workspace: string, runId: string): string {
  return join(runDirectory(workspace, runId), "run.json");
}

/** Like `join`, but only for checked names: it skips normalizing, because a comparison makes thousands of paths. */
function below(directory: string, ...names: string[]): string {
  return [directory, ...names].join(sep);
}

/** Checks every name that becomes part of a path, whatever its caller has checked before. */
function named(schema: z.ZodType<string>, value: string): string {
  if (isValid(schema, value)) return value;
  return parseAs(schema, value, {
    code: "invalid_name",
    subject: JSON.stringify(value),
    hint: "Use a name of the allowed form, such as exp-a.",
  });
}
