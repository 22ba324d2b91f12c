import { type Deletion, deleteNamedBranch, previewDeletion } from "../../lifecycle/delete-branch.ts";
import { onOneLine } from "../../utils/text/printable.ts";
import { askText, confirmAction } from "../ask.ts";
import { openContext, type Shared } from "../command.ts";
import type { Flags } from "../options.ts";
import { print } from "../print.ts";

/** The exit status if it was not deleted. */
const notDeleted = 2;

/**
 * `delete-branch BRANCH`: shows whose a branch is, and deletes it once that is permitted. A branch not known to belong
 * to a closed experiment of this workspace must be named again.
 * @throws whatever `deleteNamedBranch` throws
 */
export async function deleteBranchCommand(
  shared: Shared,
  [text = ""]: string[],
  { yes = false, confirm: given }: Flags,
): Promise<void> {
  const context = openContext(shared);
  const seen = await previewDeletion(context, text);
  print(...describe(seen));
  if (seen.state === "gone") return;
  process.exitCode = notDeleted;
  if (seen.objections.length > 0) return;
  const confirm = given ?? (await askForName(seen, yes));
  if (confirm === undefined) return;
  const { state } = await deleteNamedBranch(context, { branch: text, confirm });
  print(`${seen.branch} is ${state}.`);
  process.exitCode = 0;
}

/** Returns the branch's name, or what was typed for it; undefined if deletion was not permitted. */
async function askForName(
  { branch, experiment, is_open }: Deletion,
  isGiven: boolean,
): Promise<string | undefined> {
  if (experiment !== null && !is_open && (await confirmAction("Delete it now?", isGiven))) return branch;
  const typed = experiment !== null && !is_open ? undefined : await askText("Type its name to delete it:");
  if (typed === undefined || typed === "") print(`Nothing was done. Pass --confirm ${branch} to delete it.`);
  return typed === "" ? undefined : typed;
}

function describe({ branch, uid, experiment, is_open, state, objections }: Deletion): string[] {
  if (state === "gone") return [`There is no branch ${branch}.`];
  const whose =
    experiment === null
      ? "no experiment of this workspace is known to own it"
      : `belongs to ${experiment}, ${is_open ? "which is open: close removes both" : "which is closed"}`;
  return [
    `${branch} (${uid ?? "no uid"}): ${whose}`,
    ...objections.map(({ code, message, hint }) => onOneLine(`  in the way  ${code}: ${message} ${hint}`)),
  ];
}
