import { join } from "node:path";
import type { Warning } from "../../../schemas/comparison/warning.ts";
import type { FeatureRef } from "../../experiments/layout.ts";
import { findOtherRoots, type UnusableFolder } from "../../experiments/unusable.ts";
import { nameSome } from "../../utils/text/name-some.ts";
import { makeWarning, maxShown } from "./warning.ts";

/** Warns of folders that would be experiments if not for their place or name. */
export function warnOfUnusable(unusable: UnusableFolder[]): Warning[] {
  if (unusable.length === 0) return [];
  const texts = unusable.map(({ path, reason }) => `${path}: ${reason}`);
  const message = `Not usable, so not compared. ${nameSome(texts, maxShown)}. Rename them to include them.`;
  const paths = unusable.map(({ path }) => path);
  return [makeWarning("folder-not-usable", message, paths)];
}

/** Warns of records of the feature in the folders that later versions of the kit use. */
export function warnOfOtherRoots({ workspace, feature_id }: FeatureRef): Warning[] {
  const roots = findOtherRoots(workspace, feature_id);
  if (roots.length === 0) return [];
  const message = `Records of ${feature_id} are also in ${roots.join(" and ")}, but only .tdd is read.`;
  const paths = roots.map((root) => join(workspace, root));
  return [makeWarning("records-elsewhere", message, paths)];
}
