import type { Finding } from "../../schemas/finding.ts";
import { findOtherRoots, listUnusable } from "../experiments/unusable.ts";
import { describeError } from "../utils/describe-error.ts";
import { nameSome } from "../utils/text/name-some.ts";

const name = "records";
const maxNamed = 5;

/** Reports records that exist but that this server does not read. Empty if there are none. */
export async function checkRecords(workspace: string): Promise<Finding[]> {
  try {
    const unusable = await listUnusable(workspace);
    const roots = findOtherRoots(workspace);
    const details = [
      ...unusable.slice(0, maxNamed).map(({ path, reason }) => `${path} is not usable: ${reason}.`),
      ...(unusable.length > maxNamed ? [`${unusable.length - maxNamed} more folders are not usable.`] : []),
      ...(roots.length > 0 ? [`Records are in ${nameSome(roots, maxNamed)}, but only .tdd is read.`] : []),
    ];
    if (details.length === 0) return [];
    const remedies = [
      ...(unusable.length > 0 ? ["Rename the folders, or leave them to their own tools."] : []),
      ...(roots.length > 0 ? ["Copy features and experiments to be used here to .tdd."] : []),
    ];
    return [{ name, state: "warning", detail: details.join(" "), remedy: remedies.join(" ") }];
  } catch (error) {
    const { message, hint } = describeError(error);
    return [{ name, state: "failed", detail: message, remedy: hint }];
  }
}
