import { existsSync } from "node:fs";
import { comparisonPagePath } from "../layout.ts";

/** Finds the comparison page that the last run or `compare` wrote for a feature; undefined if there is none yet. */
export function findComparisonPage(workspace: string, featureId: string): string | undefined {
  const path = comparisonPagePath(workspace, featureId);
  return existsSync(path) ? path : undefined;
}
