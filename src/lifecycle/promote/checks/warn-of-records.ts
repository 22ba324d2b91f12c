import { git } from "../../../git/git.ts";
import { nameSome } from "../../../utils/text/name-some.ts";
import type { CodeInspection } from "./inspect-code.ts";

const maxNamed = 5;

/**
 * Warns if a merge would bring along changes to our records, such as the plan: the comparison and the verification go by
 * the main checkout's.
 */
export async function warnOfRecords(
  workspace: string,
  { commit, merge }: Pick<CodeInspection, "commit" | "merge">,
): Promise<string[]> {
  if (commit === undefined || merge === undefined) return [];
  const range = `${merge.target_commit}...${commit}`;
  const records = ":(top,glob)**/.tdd/**";
  const found = await git(workspace, ["diff", "--name-only", "-z", "--end-of-options", range, "--", records]);
  const names = found.failed ? [] : found.stdout.split("\0").filter((name) => name !== "");
  if (names.length === 0) return [];
  return [
    `The experiment's commits also change records, which the merge would bring to ${merge.target}: ${nameSome(names, maxNamed)}. Its tests were counted by the records of the main checkout.`,
  ];
}
