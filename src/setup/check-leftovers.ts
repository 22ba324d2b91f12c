import type { Closing } from "../../schemas/experiment/closed.ts";
import type { Finding } from "../../schemas/finding.ts";
import { listClosing, readClosing } from "../experiments/closed.ts";
import { type Experiment, listAllExperiments } from "../experiments/experiments.ts";
import { type ExperimentRef, nameExperiment } from "../experiments/layout.ts";
import { isSameUid } from "../lakebase/branches/delete-branch.ts";
import type { Branch } from "../lakebase/resources.ts";
import { ignoreCoreError } from "../utils/core-error.ts";
import { describeError } from "../utils/describe-error.ts";

const name = "leftovers";

/** Finds experiments without their branch, and branches without a record. */
export async function checkLeftovers(workspace: string, branches: Branch[] | null): Promise<Finding> {
  if (branches === null) return { name, state: "skipped", detail: "Not checked: branches cannot be listed." };
  try {
    const [experiments, refs] = await Promise.all([listAllExperiments(workspace), listClosing(workspace)]);
    const closing = await Promise.all(refs.map(async (ref) => ({ ref, record: await findClosing(ref) })));
    return compare(experiments, branches, closing);
  } catch (error) {
    const { message, hint } = describeError(error);
    return { name, state: "failed", detail: message, remedy: hint };
  }
}

const findClosing = (ref: ExperimentRef) => readClosing(ref).catch(ignoreCoreError);

interface ClosingExperiment {
  ref: ExperimentRef;
  record: Closing | undefined;
}

function compare(experiments: Experiment[], branches: Branch[], refs: ClosingExperiment[]): Finding {
  const hasBranch = (
    { branch, branch_uid }: Pick<Closing | Experiment, "branch" | "branch_uid">,
    found: Branch,
  ) => branch === found.branch && isSameUid(branch_uid, found.uid);
  const closing = refs.map(({ ref }) => nameExperiment(ref));
  const owners = [...experiments, ...refs.flatMap(({ record }) => record ?? [])];
  const named = new Set<string>(branches.map(({ branch }) => branch));
  const without = experiments.filter((each) => !branches.some((branch) => hasBranch(each, branch)));
  const gone = without.filter(({ branch }) => !named.has(branch)).map(nameExperiment);
  const replaced = without.filter(({ branch }) => named.has(branch)).map(nameExperiment);
  const unrecorded = branches
    .filter((branch) => branch.expire_time !== null && !owners.some((each) => hasBranch(each, branch)))
    .map(({ branch }) => branch);
  if (without.length === 0 && unrecorded.length === 0 && closing.length === 0) {
    const count = experiments.length;
    const detail =
      count === 0 ? "There are no open experiments." : `Open experiments, each with its branch: ${count}.`;
    return { name, state: "ok", detail };
  }
  const details = [
    gone.length > 0 ? `Experiments whose branch no longer exists: ${nameLeftovers(gone)}.` : "",
    replaced.length > 0
      ? `Experiments whose branch was recreated by someone else: ${nameLeftovers(replaced)}.`
      : "",
    closing.length > 0 ? `Being closed, or closing was interrupted: ${nameLeftovers(closing)}.` : "",
    unrecorded.length > 0
      ? `Expiring branches that no experiment here names: ${nameLeftovers(unrecorded)}.`
      : "",
  ];
  const remedies = [
    gone.length > 0 ? "Create an experiment again to get its missing branch back." : "",
    replaced.length > 0 ? "Use another name for experiments whose branch is someone else's." : "",
    closing.length > 0 ? "Close them again to finish." : "",
    unrecorded.length > 0 ? "Branches may belong to another checkout; they disappear when they expire." : "",
  ];
  return { name, state: "warning", detail: sentences(details), remedy: sentences(remedies) };
}

const sentences = (parts: string[]) => parts.filter((part) => part !== "").join(" ");

/** Names the first five, and counts the rest. */
function nameLeftovers(names: string[]): string {
  const rest = names.length - 5;
  return rest > 0 ? `${names.slice(0, 5).join(", ")} and ${rest} more` : names.join(", ");
}
