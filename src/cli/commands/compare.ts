import type { NextAction } from "../../../schemas/comparison/comparison.ts";
import { presentComparison } from "../../comparison/views/present.ts";
import { readActiveRuns } from "../../runs/caller/active-runs.ts";
import type { Shared } from "../command.ts";
import { describeNextCommand } from "../next-command.ts";
import type { Flags } from "../options.ts";
import { print } from "../print.ts";

/** `compare FEATURE`: prints the comparison in the requested format. @throws CoreError `unknown_feature` */
export async function compare(
  { workspace }: Pick<Shared, "workspace">,
  [feature_id = ""]: string[],
  { format }: Flags,
): Promise<void> {
  const knownRuns = await readActiveRuns(workspace, feature_id);
  const describeNext = (action: NextAction) => describeNextCommand(action, feature_id);
  const request = { workspace, feature_id, knownRuns };
  const text = await presentComparison(request, format, process.stdout, describeNext);
  print(text);
}
