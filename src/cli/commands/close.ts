import { closeExperiments, previewClosing } from "../../lifecycle/close/close.ts";
import { CoreError } from "../../utils/core-error.ts";
import { askText, confirmAction } from "../ask.ts";
import { openContext, type Shared } from "../command.ts";
import type { Flags } from "../options.ts";
import { print } from "../print.ts";
import { renderClosing } from "../render/closing.ts";

/** The exit status if they were not closed. */
const notClosed = 2;

/**
 * `close FEATURE EXPERIMENT…`: shows what would be removed and kept, and closes once that is permitted.
 * @throws CoreError `invalid_input`, and whatever `closeExperiments` throws
 */
export async function close(
  shared: Shared,
  [feature_id = "", ...experiment_slugs]: string[],
  { yes = false, reason: given, "commit-uncommitted": commit_uncommitted = false }: Flags,
): Promise<void> {
  const context = openContext(shared);
  const input = { feature_id, experiment_slugs, commit_uncommitted, reason: given ?? "" };
  const answer = await previewClosing(context, input);
  print(...renderClosing(answer));
  if (answer.experiments.every(({ state }) => state === "closed")) return;
  process.exitCode = notClosed;
  if (answer.experiments.some(({ objections }) => objections.length > 0)) return;
  const reason = given ?? (await askText("Why, for the record?")) ?? "";
  if (reason === "")
    throw new CoreError("invalid_input", "close needs a reason.", { hint: "Give it as --reason TEXT." });
  if (!(await confirmAction("Close now?", yes))) {
    if (!process.stdin.isTTY) print("Nothing was done. Pass --yes to close without asking.");
    return;
  }
  print(...renderClosing(await closeExperiments(context, { ...input, reason })));
  process.exitCode = 0;
}
