import { join } from "node:path";
import type { BranchRecord } from "../../schemas/experiment/branch-record.ts";
import { type BranchName, type BranchUid, parseRecordedBranch } from "../lakebase/branches/branch-id.ts";
import { CoreError } from "../utils/core-error.ts";
import {
  type Look,
  lookAt,
  readIfPresent,
  readRecordText,
  repairRecord,
  writeAtomically,
} from "../utils/files/files.ts";
import { type OnBroken, readIfValid } from "../utils/files/salvage.ts";
import { maskLogins } from "../utils/text/mask-logins.ts";
import { readBranchRecord, writeBranchRecord } from "./branches/branch-record.ts";
import { experimentClosed, readClosed, refuseClosing } from "./closed.ts";
import { type ExperimentRef, experimentPaths, stateDirectory } from "./layout.ts";
import { listAllRefs, listRefs } from "./list-refs.ts";

export interface Experiment extends ExperimentRef {
  /** As recorded: the name, or in records of other tools possibly the uid. */
  branch: BranchName | BranchUid;
  /**
   * The uid of the branch that was cut; a later branch of the same name has a different one. Null if Lakebase returned
   * none, undefined without a record, as for the kit's experiments.
   */
  branch_uid?: string | null | undefined;
  /** How the branch was forked; undefined without a record. */
  fork?: Fork | undefined;
}

export type Fork = Pick<BranchRecord, "parent_branch" | "parent_schema" | "cut_at">;

/**
 * Lists the experiments of a feature, sorted by slug.
 * @throws CoreError `record_unreadable`
 */
export async function listExperiments(workspace: string, featureId: string): Promise<Experiment[]> {
  const found = await Promise.all((await listRefs(workspace, featureId)).map((ref) => findExperiment(ref)));
  return found.filter((experiment) => experiment !== undefined);
}

/** Lists the experiments of all features. Unreadable records are skipped. */
export async function listAllExperiments(workspace: string): Promise<Experiment[]> {
  const refs = await listAllRefs(workspace);
  const found = refs.map((ref) => findExperiment(ref).catch(() => undefined));
  return (await Promise.all(found)).filter((experiment) => experiment !== undefined);
}

/**
 * Finds an experiment; undefined if there is none of that name, or it is being closed.
 * @param onBroken called if the record of its branch cannot be read, which only costs the uid
 * @throws CoreError `record_unreadable`
 */
export async function findExperiment(
  ref: ExperimentRef,
  onBroken?: OnBroken,
  look: Look = lookAt,
): Promise<Experiment | undefined> {
  const { branch: path, closed } = experimentPaths(ref);
  const text = readRecordText(path, look);
  if (text === undefined || look(closed) !== undefined) return undefined;
  const branch = parseRecordedBranch(text.trim());
  const { workspace, feature_id, experiment_slug } = ref;
  // An experiment read earlier is a reference, too: what it was then must not stay.
  if (branch !== undefined)
    return {
      ...{ workspace, feature_id, experiment_slug, branch },
      ...(await findFork(ref, branch, onBroken, look)),
    };
  throw new CoreError("record_unreadable", `${path} does not contain exactly one branch name.`, {
    hint: repairRecord,
  });
}

/** Reads `branch.json`; empty if that is unreadable or describes a branch of a different name. */
async function findFork(
  ref: ExperimentRef,
  branch: string,
  onBroken: OnBroken | undefined,
  look: Look,
): Promise<Pick<Experiment, "branch_uid" | "fork">> {
  const path = experimentPaths(ref).branchRecord;
  const record = await readIfValid(path, () => readBranchRecord(ref, look), onBroken);
  if (record?.branch !== branch) return {};
  const { uid, parent_branch, parent_schema, cut_at } = record;
  return { branch_uid: uid, fork: { parent_branch, parent_schema, cut_at } };
}

/** @throws CoreError `unknown_experiment`, `experiment_closed` */
export async function getExperiment(ref: ExperimentRef): Promise<Experiment> {
  const experiment = await findExperiment(ref);
  if (experiment !== undefined) return experiment;
  await refuseClosing(ref);
  const [closed] = await readClosed(ref);
  if (closed !== undefined) throw experimentClosed(ref, closed);
  throw new CoreError(
    "unknown_experiment",
    `Feature ${ref.feature_id} has no experiment ${ref.experiment_slug}.`,
    { hint: "Create it, or use the name of an existing one." },
  );
}

/**
 * Records an experiment whose branch exists. `branch.txt` is written last, because its existence makes the experiment.
 * Its modification time is the branch's age, so it is not rewritten while the branch stays.
 * @param cut the branch as it was cut; omitted if it existed before
 */
export async function recordExperiment(
  experiment: Experiment,
  { notes, cut }: { notes?: string | undefined; cut?: BranchRecord | undefined } = {},
): Promise<void> {
  const paths = experimentPaths(experiment);
  await ignoreBulkyRecords(experiment.workspace);
  if (notes !== undefined) await writeAtomically(paths.notes, maskLogins(notes));
  if (cut !== undefined) await writeBranchRecord(experiment, cut);
  const recorded = await findExperiment(experiment);
  if (cut !== undefined || recorded?.branch !== experiment.branch)
    await writeAtomically(paths.branch, experiment.branch);
}

/** Files that may be large or belong to one machine stay out of git; the other records are kept in it. */
const ignored = [
  "/experiments/*/*/artifacts/",
  "/experiments/*/*/parent-schema.json",
  "/experiments/*/*/worktree.json",
  "/experiments/*/*/written.json",
  "/experiments/*/comparison.html",
  "/archive/*/*/artifacts/",
  "/archive/*/*/parent-schema.json",
  "/archive/*/*/promotion/",
  "/archive/*/*/worktree.json",
  "/archive/*/*/written.json",
  "/promotions/",
  "/runs/",
  "/worktrees/",
  ".writing-*",
];

/** Makes git ignore these files; lines that somebody else added stay. */
export async function ignoreBulkyRecords(workspace: string): Promise<void> {
  const path = join(stateDirectory(workspace), ".gitignore");
  const text = await readIfPresent(path);
  if (text === undefined) return writeAtomically(path, `${ignored.join("\n")}\n`);
  // A file from an earlier version lacks the later lines. Lines that somebody removed stay removed.
  const later = ignored.filter((line) =>
    /worktree\.json|written\.json|parent-schema\.json|^\/(promotions|archive)\//.test(line),
  );
  const added = later.filter((line) => !text.includes(line));
  if (added.length > 0) await writeAtomically(path, `${text.replace(/\n?$/, "\n")}${added.join("\n")}\n`);
}
