import type { Leftover } from "../../../schemas/leftover.ts";
import type { Context } from "../../context.ts";
import type { Branch } from "../../lakebase/resources.ts";
import { CoreError } from "../../utils/core-error.ts";
import type { Survey } from "../survey.ts";
import type { Unfinished } from "./unfinished.ts";

/** Something left over, and the way to be rid of it. */
export interface Found extends Leftover {
  /**
   * Looks again and removes it; absent where it stays.
   * @throws CoreError with the reason where it stays after all
   */
  remove?: () => Promise<unknown>;
}

/** What a search for leftovers goes by. */
export interface Scene {
  context: Pick<Context, "workspace" | "lakebase" | "worktrees" | "signal">;
  survey: Survey;
  unfinished: readonly Unfinished[];
  /** All of the project; undefined where Lakebase cannot be asked. */
  branches: Branch[] | undefined;
}

/** For what somebody needed again between the two looks. */
export function neededAgain(name: string): CoreError {
  return new CoreError("needed_again", `${name} changed while it was being examined.`, {
    hint: "Clean up again to see its current state.",
    retryable: true,
  });
}
