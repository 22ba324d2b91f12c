import type { Leftover } from "../../../schemas/leftover.ts";
import type { Context } from "../../context.ts";
import type { Branch } from "../../lakebase/resources.ts";
import { CoreError } from "../../utils/core-error.ts";
import type { WorkspaceRecords } from "../workspace-records.ts";
import type { Unfinished } from "./unfinished.ts";

/** A leftover, and how to remove it. */
export interface FoundLeftover extends Leftover {
  /**
   * Checks it again and removes it; absent if it must stay.
   * @throws CoreError with the reason if it turns out that it must stay
   */
  remove?: () => Promise<unknown>;
}

/** What a search for leftovers works from. */
export interface SearchContext {
  context: Pick<Context, "workspace" | "lakebase" | "worktrees" | "signal">;
  records: WorkspaceRecords;
  unfinished: readonly Unfinished[];
  /** All branches of the project; undefined if Lakebase cannot be reached. */
  branches: Branch[] | undefined;
}

/** The error for something that came into use between the two checks. */
export function changedMeanwhile(name: string): CoreError {
  return new CoreError("needed_again", `${name} changed while it was being examined.`, {
    hint: "Clean up again to see its current state.",
    retryable: true,
  });
}
