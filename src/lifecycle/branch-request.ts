import type { Plan } from "../../schemas/plan/plan.ts";
import type { CutIntent } from "../experiments/branches/cut-intent.ts";
import type { Experiment } from "../experiments/experiments.ts";
import type { ExperimentRef } from "../experiments/layout.ts";
import type { Expiry } from "../lakebase/branches/expiry.ts";
import type { Branch } from "../lakebase/resources.ts";
import type { Claim } from "./claim-branch.ts";

/** The branch that an experiment should have. */
export interface BranchRequest {
  /** Used only if the experiment has no record yet: a recorded one keeps the name it was created with. */
  name: string;
  /** All branches of the project, freshly listed. */
  branches: readonly Branch[];
  parentBranch?: string | undefined;
  /** Whether the caller named the parent explicitly, in which case a branch with a different parent is an error. */
  isParentNamed: boolean;
  missingParent?: Plan["missing_parent"];
  expiry: Expiry;
  /** Whether the caller asked for this expiry, in which case a branch with a different one gets a warning. */
  isExpiryNamed: boolean;
  shorterTtls?: readonly string[] | undefined;
  notes?: string | undefined;
  /** Delete the recorded branch and fork it again. */
  fresh: boolean;
}

export interface CutBranch {
  branch: Branch;
  /** False if the branch already existed. */
  created: boolean;
  retries: number;
  /** How a branch that already existed may differ from what the caller expects. */
  warnings: string[];
}

/** An experiment's records, and what they say about its branch. */
export interface BranchRecords {
  ref: ExperimentRef;
  name: string;
  recorded: Experiment | undefined;
  intent: CutIntent | undefined;
  claim: Claim;
  /** All branches of the project. */
  branches: readonly Branch[];
}
