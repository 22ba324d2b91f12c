import type { Plan } from "../../schemas/plan/plan.ts";
import type { CutIntent } from "../experiments/branches/cut-intent.ts";
import type { Experiment } from "../experiments/experiments.ts";
import type { ExperimentRef } from "../experiments/layout.ts";
import type { Expiry } from "../lakebase/branches/expiry.ts";
import type { Branch } from "../lakebase/resources.ts";
import type { Claim } from "./claim-branch.ts";

/** The branch that an experiment is to have. */
export interface BranchWish {
  /** For one that is not recorded yet: a record keeps the name that it was cut with. */
  name: string;
  /** All of the project, as just listed. */
  branches: readonly Branch[];
  parentBranch?: string | undefined;
  /** Whether the call itself names the parent, so that a branch of another parent will not do. */
  isParentNamed: boolean;
  missingParent?: Plan["missing_parent"];
  expiry: Expiry;
  /** Whether somebody asked for that expiry, so that a branch with another is to be spoken of. */
  isExpiryNamed: boolean;
  shorterTtls?: readonly string[] | undefined;
  notes?: string | undefined;
  /** Delete the branch that is recorded, and fork it again. */
  fresh: boolean;
}

export interface CutBranch {
  branch: Branch;
  /** False where the branch was there before. */
  created: boolean;
  retries: number;
  /** What the caller may not expect of a branch that was there before. */
  warnings: string[];
}

/** An experiment's records and what they say of the branch. */
export interface Look {
  ref: ExperimentRef;
  name: string;
  recorded: Experiment | undefined;
  intent: CutIntent | undefined;
  claim: Claim;
  /** All branches of the project. */
  branches: readonly Branch[];
}
