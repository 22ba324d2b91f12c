import { join, sep } from "node:path";
import type { z } from "zod";
import {
  artifactNameSchema,
  cycleIdSchema,
  experimentSlugSchema,
  featureIdSchema,
  runIdSchema,
} from "../../schemas/names.ts";
import { parseAs } from "../parse.ts";

/** An experiment, by the names that lead to its records. `workspace` is the absolute path of the main checkout. */
export interface ExperimentRef {
  workspace: string;
  feature_id: string;
  experiment_slug: string;
}

/** The directory of all our records. */
export function stateDirectory(workspace: string): string {
  return join(workspace, ".tdd");
}

export function planPath(workspace: string, featureId: string): string {
  return join(stateDirectory(workspace), "features", named(featureIdSchema, featureId), "plan.json");
}

/** The directory whose folders are the experiments of a feature. */
export function experimentsDirectory(workspace: string, featureId: string): string {
  return join(stateDirectory(workspace), "experiments", named(featureIdSchema, featureId));
}

export function experimentPaths(ref: ExperimentRef) {
  const slug = named(experimentSlugSchema, ref.experiment_slug);
  const directory = join(experimentsDirectory(ref.workspace, ref.feature_id), slug);
  const inside = (name: string) => directory + sep + name;
  return {
    directory,
    branch: inside("branch.txt"),
    notes: inside("notes.md"),
    outcomes: inside("outcomes.json"),
    timeline: inside("timeline.json"),
    runtime: inside("runtime.json"),
    artifacts: inside("artifacts"),
  };
}

/** Where an experiment's git worktree is, if it has one. */
export function worktreePath(ref: ExperimentRef): string {
  const feature = named(featureIdSchema, ref.feature_id);
  return join(
    stateDirectory(ref.workspace),
    "worktrees",
    feature,
    named(experimentSlugSchema, ref.experiment_slug),
  );
}

/** The artifact that holds how a cycle's schema differs from its parent's. */
export const schemaDifferenceName = "schema-diff.json";

/** The folder of one cycle's artifacts. */
export function cycleDirectory(ref: ExperimentRef, cycleId: string): string {
  return join(experimentPaths(ref).artifacts, named(cycleIdSchema, cycleId));
}

/** The path of one artifact. Its name may have folders, and never leads out of its cycle. */
export function artifactPath(ref: ExperimentRef, cycleId: string, name: string): string {
  return join(cycleDirectory(ref, cycleId), named(artifactNameSchema, name));
}

export function runsDirectory(workspace: string): string {
  return join(stateDirectory(workspace), "runs");
}

export function runDirectory(workspace: string, runId: string): string {
  return join(runsDirectory(workspace), named(runIdSchema, runId));
}

/** Every name that becomes part of a path passes here, whatever its caller checked before. */
function named(schema: z.ZodType<string>, value: string): string {
  return parseAs(schema, value, {
    code: "invalid_name",
    subject: JSON.stringify(value),
    hint: "Use a name of the allowed form.",
  });
}
