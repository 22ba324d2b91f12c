import type { Finding } from "../../schemas/finding.ts";
import { type Experiment, listAllExperiments } from "../experiments/experiments.ts";
import type { Branch } from "../lakebase/resources.ts";
import { describeError } from "../utils/describe-error.ts";

const name = "leftovers";

/** Records and branches that lost each other. */
export async function checkLeftovers(workspace: string, branches: Branch[] | null): Promise<Finding> {
  if (branches === null)
    return { name, state: "skipped", detail: "Not looked at: branches cannot be listed." };
  try {
    return compare(await listAllExperiments(workspace), branches);
  } catch (error) {
    const { message, hint } = describeError(error);
    return { name, state: "failed", detail: message, remedy: hint };
  }
}

function compare(experiments: Experiment[], branches: Branch[]): Finding {
  const there = new Set<string>(branches.map(({ branch }) => branch));
  const recorded = new Set(experiments.map(({ branch }) => branch));
  const branchless = experiments.filter(({ branch }) => !there.has(branch));
  const unrecorded = branches.filter(
    ({ branch, expire_time }) => expire_time !== null && !recorded.has(branch),
  );
  if (branchless.length === 0 && unrecorded.length === 0) {
    return { name, state: "ok", detail: `${experiments.length} experiments, each with its branch.` };
  }
  const lost = branchless.map(({ feature_id, experiment_slug }) => `${feature_id}/${experiment_slug}`);
  const details = [
    lost.length > 0 ? `Experiments whose branch is gone: ${listed(lost)}.` : "",
    unrecorded.length > 0
      ? `Expiring branches that no experiment here names: ${listed(unrecorded.map(({ branch }) => branch))}.`
      : "",
  ];
  const remedies = [
    lost.length > 0 ? "create_experiments cuts a missing branch again." : "",
    unrecorded.length > 0 ? "Branches may belong to another checkout; they go when they expire." : "",
  ];
  return { name, state: "warning", detail: sentences(details), remedy: sentences(remedies) };
}

const sentences = (parts: string[]) => parts.filter((part) => part !== "").join(" ");

/** Five by name, the rest by number. */
function listed(names: string[]): string {
  const rest = names.length - 5;
  return rest > 0 ? `${names.slice(0, 5).join(", ")} and ${rest} more` : names.join(", ");
}
