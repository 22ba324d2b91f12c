import { existsSync } from "node:fs";
import { comparisonPagePath } from "../layout.ts";

/** The page that the last run or `compare` wrote of a feature, or undefined where none has yet. */
export function findComparisonPage(workspace: string, featureId: string): string | undefined {
  const path = comparisonPagePath(workspace, featureId);
  return existsSync(path) ? path : undefined;
}
