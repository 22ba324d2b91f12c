import { matchesIntent } from "../../experiments/branches/cut-intent.ts";
import type { ClosedExperiment } from "../../experiments/closed.ts";
import { type ExperimentRef, nameExperiment } from "../../experiments/layout.ts";
import type { PromotionRecords } from "../../experiments/promotion.ts";
import { toBranchName } from "../../lakebase/branches/branch-id.ts";
import { isSameUid } from "../../lakebase/branches/delete-branch.ts";
import type { Branch } from "../../lakebase/resources.ts";
import { hasEnded } from "../../runs/journal/journal.ts";
import type { WorkspaceRecords } from "../workspace-records.ts";

/** What a record implies about a branch that it knows. */
export type Assessment =
  /** Something still uses it. */
  | { state: "needed" }
  /** It is exactly this branch, and nothing needs it any more. */
  | { state: "over" }
  /** It may be this branch, or a different one of the same name. */
  | { state: "unproven"; why: string };

/** What one record of this workspace knows about one branch. */
export interface BranchClaim {
  ref: ExperimentRef;
  /** A description of the branch: `the branch of F1/exp-a, which was closed`. */
  what: string;
  /** Assesses a branch; undefined if it is not the one this record is about. */
  assess: (branch: Branch) => Assessment | undefined;
}

/** Lists everything that the records of a workspace know about branches. */
export function listClaims(records: WorkspaceRecords): BranchClaim[] {
  return [
    ...records.experiments.map((each) => claimOpen(each, each.branch, each.branch_uid)),
    ...records.elsewhere.map((each) => claimOpen(each, each.branch, each.branch_uid)),
    ...records.closing.map(({ ref, record }) => claimOpen(ref, record.branch, record.branch_uid)),
    ...records.closed.map((each) => claimClosed(records.workspace, each)),
    ...records.intents.map(claimIntended),
    ...records.promotions.flatMap(({ ref, verification, promotion }) => [
      ...(verification === undefined ? [] : [claimVerified(records, ref, verification)]),
      ...(promotion?.safety_branch === undefined ? [] : [claimSafety(ref, promotion.safety_branch)]),
    ]),
    ...claimAllVerified(records),
  ];
}

const over = { state: "over" } as const;
const needed = { state: "needed" } as const;
const unknown = {
  state: "unproven",
  why: "the record has no uid, so it may be another branch of that name",
} as const;

const leftOpen = {
  state: "unproven",
  why: "closing left it, because it may be another experiment's",
} as const;

function claimOpen(ref: ExperimentRef, branch: string, uid: string | null | undefined): BranchClaim {
  const assess = (found: Branch) => (isNamed(found, branch, uid) ? needed : undefined);
  return { ref, what: `the branch of ${nameExperiment(ref)}`, assess };
}

function claimClosed(workspace: string, closed: ClosedExperiment): BranchClaim {
  const { feature_id, experiment_slug, branch, branch_uid, closed_at, database } = closed;
  const ref = { workspace, feature_id, experiment_slug };
  const assess = (found: Branch): Assessment | undefined => {
    if (!isNamed(found, branch, branch_uid)) return undefined;
    if (database === "left") return leftOpen;
    return branch_uid === null || found.uid === null ? unknown : over;
  };
  return { ref, what: `the branch of ${nameExperiment(ref)}, which was closed at ${closed_at}`, assess };
}

/** Until Lakebase reports the uid, someone else may have created a branch of that name first. */
function claimIntended({ ref, record: intent }: WorkspaceRecords["intents"][number]): BranchClaim {
  const why =
    "Lakebase had not reported its uid, so it may be someone else's; creating the experiment again takes it over";
  const assess = (found: Branch): Assessment | undefined => {
    if (!matchesIntent(intent, found)) return undefined;
    return intent.uid === null ? { state: "unproven", why } : over;
  };
  const what = `created for ${nameExperiment(ref)} by a call that ended before recording it`;
  return { ref, what, assess };
}

/** The name contains the random part of a run's id, which only this workspace knew. */
function claimVerified(
  { runs }: WorkspaceRecords,
  ref: ExperimentRef,
  { run_id, scratch }: NonNullable<PromotionRecords["verification"]>,
): BranchClaim {
  const isOpen = runs.some((run) => run.run_id === run_id && !hasEnded(run));
  const assess = (found: Branch) => {
    if (!isNamed(found, scratch.branch, scratch.branch_uid)) return undefined;
    return isOpen ? needed : over;
  };
  return { ref, what: describeFork(ref, run_id), assess };
}

/** Verifications whose record was replaced by a later one are recognized by their runs. */
function claimAllVerified({ workspace, runs }: WorkspaceRecords): BranchClaim[] {
  const verifications = runs.filter(({ kind }) => kind === "verification");
  return verifications.flatMap((run) =>
    run.results.map(({ experiment_slug }) => {
      const ref = { workspace, feature_id: run.feature_id, experiment_slug };
      const name = toBranchName(ref.feature_id, experiment_slug, "verify", run.run_id.slice(-8));
      const assess = ({ branch }: Branch) => {
        if (branch !== name && !branch.endsWith(`--${name}`)) return undefined;
        return hasEnded(run) ? over : needed;
      };
      return { ref, what: describeFork(ref, run.run_id), assess };
    }),
  );
}

const describeFork = (ref: ExperimentRef, runId: string) =>
  `the fork that ${runId} verified the promotion of ${nameExperiment(ref)} on`;

function claimSafety(
  ref: ExperimentRef,
  safety: NonNullable<NonNullable<PromotionRecords["promotion"]>["safety_branch"]>,
): BranchClaim {
  const { branch, uid, expire_time } = safety;
  const assess = (found: Branch): Assessment | undefined => {
    if (!isNamed(found, branch, uid)) return undefined;
    if (expire_time === null || Date.parse(expire_time) > Date.now()) return needed;
    if (found.expire_time === null || Date.parse(found.expire_time) > Date.now())
      return { state: "unproven", why: "someone extended its lifetime" };
    return uid === null || found.uid === null ? unknown : over;
  };
  return { ref, what: `the parent as it was before ${nameExperiment(ref)} was promoted`, assess };
}

function isNamed(found: Branch, branch: string, uid: string | null | undefined): boolean {
  return found.branch === branch && isSameUid(found.uid, uid);
}
