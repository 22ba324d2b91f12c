import type { ExperimentRow } from "../../../schemas/comparison/comparison.ts";
import type { Warning } from "../../../schemas/comparison/warning.ts";
import { inspectCode } from "../../experiments/code/worktrees.ts";
import { findWritten } from "../../experiments/code/written-files.ts";
import { experimentPaths, type FeatureRef } from "../../experiments/layout.ts";
import { identifyFiles } from "../../git/changes/changed-files.ts";
import { readStatus } from "../../git/changes/status.ts";
import { hasChangedSince, judgeTree } from "../../git/commit.ts";
import { ignoreCoreError } from "../../utils/core-error.ts";
import { groupBy } from "../../utils/group-by.ts";
import { nameSome } from "../../utils/text/name-some.ts";
import type { JudgedExperiment } from "../records/rows.ts";
import { makeWarning, maxShown } from "./warning.ts";

/** Each check runs git; more winners than this are too many to choose from anyway. */
const maxLooks = 25;

/** A winner whose current code is not what was measured, and why. */
export interface CodeFlaw {
  kind: keyof typeof messages;
  experiment_slug: string;
  /** The files that show it, relative to the top of the checkout. */
  files?: string[];
}

/**
 * Finds winners whose measured code is not, or may not be, what is there: it was not committed, or the worktree changed.
 */
export async function findCodeFlaws(feature: FeatureRef, winners: ExperimentRow[]): Promise<CodeFlaw[]> {
  const [uncommitted, committed] = [true, false].map((dirty) =>
    winners.filter(({ evidence }) => evidence?.commit && evidence.dirty === dirty),
  );
  // Experiments without a worktree share a directory and usually a commit, so git checks it once.
  const readMain = shareAnswers((directory: string) => readStatus(directory));
  const differs = shareAnswers(hasChangedSince);
  const looked = await Promise.all(
    (committed ?? []).slice(0, maxLooks).map(async ({ experiment_slug, evidence }): Promise<CodeFlaw[]> => {
      const ref = { ...feature, experiment_slug };
      const checked = await inspectCode(ref, readMain).catch(ignoreCoreError);
      if (checked === undefined) return [{ kind: "code-not-there", experiment_slug }];
      const { code, status } = checked;
      const commit = evidence?.commit ?? "";
      const changed = await identifyFiles(code.root, status);
      const { paths: written, in_doubt: current } = await findWritten(ref, code, changed);
      // Whoever made a change may have taken it back since.
      const earlier = Object.values(evidence?.by_tag ?? {}).flatMap(({ in_doubt }) => in_doubt ?? []);
      const files = [...new Set([...current, ...earlier])];
      // Git need not compare what it has just found to be the same.
      const isSame = status?.commit === commit && !judgeTree(status, written).dirty;
      const isChanged = !isSame && (await differs(code.root, commit, written));
      if (isChanged) return [{ kind: "code-changed-since", experiment_slug }];
      return files.length > 0 ? [{ kind: "code-changed-meanwhile", experiment_slug, files }] : [];
    }),
  );
  const flaws = (uncommitted ?? []).map(
    ({ experiment_slug }): CodeFlaw => ({ kind: "code-not-committed", experiment_slug }),
  );
  return [...flaws, ...looked.flat()];
}

/** Asks each question once. */
function shareAnswers<Question extends unknown[], Answer>(
  ask: (...question: Question) => Promise<Answer>,
): (...question: Question) => Promise<Answer> {
  const answers = new Map<string, Promise<Answer>>();
  return (...question) => {
    const key = JSON.stringify(question);
    const answer = answers.get(key) ?? ask(...question);
    answers.set(key, answer);
    return answer;
  };
}

const messages = {
  "code-not-committed": "won with uncommitted code: commit it and run again.",
  "code-not-there":
    "won, but its worktree no longer exists or is no longer its own: create the experiment again to restore it from its git branch.",
  "code-changed-since": "won with different code from what is there now: run again.",
  "code-changed-meanwhile":
    "won, but the files in parentheses changed while a suite ran. If no suite writes them, or they are snapshots, commit them and run again.",
};

export function warnOfCode(feature: FeatureRef, flaws: CodeFlaw[], kind: CodeFlaw["kind"]): Warning[] {
  const ofKind = flaws.filter((flaw) => flaw.kind === kind);
  if (ofKind.length === 0) return [];
  const records = ofKind.map(
    ({ experiment_slug }) => experimentPaths({ ...feature, experiment_slug }).outcomes,
  );
  const names = ofKind.map(({ experiment_slug, files }) =>
    files === undefined ? experiment_slug : `${experiment_slug} (${nameSome(files, maxShown)})`,
  );
  return [makeWarning(kind, `${nameSome(names, maxShown)} ${messages[kind]}`, records)];
}

/** Warns of winners whose worktrees contain the same code: usually one of them was never written. */
export function warnOfSameCode(feature: FeatureRef, groups: readonly (readonly string[])[]): Warning[] {
  if (groups.length === 0) return [];
  const names = groups.map((group) => nameSome([...group], maxShown)).join("; ");
  const records = groups
    .flat()
    .map((experiment_slug) => experimentPaths({ ...feature, experiment_slug }).outcomes);
  const message = `The worktrees contain the same code: ${names}. Was a design written elsewhere, or never committed?`;
  return [makeWarning("same-code", message, records)];
}

/** Warns of experiments that ran the same commit with different results: these say nothing about the designs. */
export function warnOfUnequalResults(feature: FeatureRef, judged: readonly JudgedExperiment[]): Warning[] {
  const finished = judged.filter(
    ({ records, row: { signal, evidence } }) =>
      records.worktree && evidence?.commit && !evidence.dirty && ["winning", "failing"].includes(signal),
  );
  return [...groupBy(finished, ({ row }) => row.evidence?.commit ?? "")].flatMap(([commit, group]) => {
    const name = (signal: string) =>
      group.filter(({ row }) => row.signal === signal).map(({ row }) => row.experiment_slug);
    const [winning, failing] = [name("winning"), name("failing")];
    if (winning.length === 0 || failing.length === 0) return [];
    const records = group.map(
      ({ row: { experiment_slug } }) => experimentPaths({ ...feature, experiment_slug }).outcomes,
    );
    const what = `${nameSome(winning, maxShown)} won and ${nameSome(failing, maxShown)} failed with the same code, ${commit.slice(0, 10)}`;
    const message = `${what}: the tests are flaky, or depend on more than the code. Was a design never committed?`;
    return [makeWarning("same-code", message, records)];
  });
}
