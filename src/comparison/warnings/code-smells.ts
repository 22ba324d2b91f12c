import type { ExperimentRow } from "../../../schemas/comparison.ts";
import type { Smell } from "../../../schemas/smell.ts";
import { experimentPaths, type FeatureRef } from "../../experiments/layout.ts";
import { checkCode } from "../../experiments/worktrees.ts";
import { hasChangedSince } from "../../git/commit.ts";
import { ignoreCoreError } from "../../utils/core-error.ts";
import { nameSome } from "../../utils/name-some.ts";
import { maxShown, smellOf } from "./smell.ts";

/** Looks by git cost a process each; more winners than this are too many to choose from anyway. */
const maxLooks = 25;

/** Whether the code that won can still be had: it was committed, and it is what stands there now. */
export async function findCodeSmells(feature: FeatureRef, winners: ExperimentRow[]): Promise<Smell[]> {
  // Experiments without a worktree share a directory, and mostly a commit: git looks once.
  const seen = new Map<string, Promise<boolean | undefined>>();
  const isOther = async (directory: string, commit: string) => {
    const key = `${commit} ${directory}`;
    const known = seen.get(key);
    if (known !== undefined || seen.size >= maxLooks) return known;
    const found = hasChangedSince(directory, commit);
    seen.set(key, found);
    return found;
  };
  const looked = await Promise.all(
    winners.map(async ({ experiment_slug, evidence }) => {
      const ref = { ...feature, experiment_slug };
      if (!evidence?.commit) return { ref, kind: undefined };
      if (evidence.dirty) return { ref, kind: "code-not-committed" };
      if (seen.size >= maxLooks) return { ref, kind: undefined };
      const code = await checkCode(ref).catch(ignoreCoreError);
      if (code === undefined) return { ref, kind: "code-not-there" };
      return { ref, kind: (await isOther(code.root, evidence.commit)) ? "code-changed-since" : undefined };
    }),
  );
  return Object.entries(messages).flatMap(([kind, message]) => {
    const refs = looked.filter((each) => each.kind === kind).map((each) => each.ref);
    if (refs.length === 0) return [];
    const slugs = refs.map((ref) => ref.experiment_slug);
    const records = refs.map((ref) => experimentPaths(ref).outcomes);
    return [smellOf(kind, `${nameSome(slugs, maxShown)} ${message}`, records)];
  });
}

const messages = {
  "code-not-committed": "won with code that was not committed: commit it and run again.",
  "code-not-there":
    "won, but its worktree is gone or is not its own any more: create_experiments restores it from its git branch.",
  "code-changed-since": "won with other code than stands there now: run again.",
};
