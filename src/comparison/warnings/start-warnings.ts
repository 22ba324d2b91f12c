import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Warning } from "../../../schemas/comparison/warning.ts";
import type { WorktreeRecord } from "../../../schemas/experiment/worktree-record.ts";
import { experimentPaths, type FeatureRef } from "../../experiments/layout.ts";
import { haveSameFiles } from "../../git/changes/same-files.ts";
import { listGit } from "../../git/changes/unsaved-files.ts";
import { listUncommitted } from "../../git/commit.ts";
import { repositoryFiles } from "../../git/project-files.ts";
import { findCommit, findRepository } from "../../git/repository.ts";
import { nameSome } from "../../utils/text/name-some.ts";
import type { JudgedExperiment } from "../records/rows.ts";
import { isEliminated } from "../verdict/candidates.ts";
import { makeWarning, maxShown } from "./warning.ts";

/** Comparing with git and reading files takes time, and the first few are enough. */
const maxLooks = 12;
/** Larger files are assumed to differ. In bytes. */
const maxFile = 2 ** 20;

/** What experiments with worktrees started from. */
export interface Starts {
  /** The experiments, grouped by the code they started from. */
  bases: { commit: string; slugs: string[] }[];
  /** Uncommitted files of the main checkout that no worktree contains in the same form. */
  uncommitted: string[];
  /** Winners whose code has not changed since they started. */
  unchanged: string[];
  /** Files that were committed in the main checkout after the experiments had started, and the winners without them. */
  later: { files: string[]; slugs: string[] };
}

export async function readStarts({ workspace }: FeatureRef, judged: JudgedExperiment[]): Promise<Starts> {
  const worktrees: { slug: string; record: WorktreeRecord }[] = [];
  for (const { records, row } of judged) {
    const record = records.worktree;
    if (record && !isEliminated(row)) worktrees.push({ slug: row.experiment_slug, record });
  }
  const winning = judged.filter(({ row }) => row.signal === "winning");
  const unchanged = winning.filter(
    ({ records, row: { code_diff } }) =>
      records.worktree && code_diff !== undefined && code_diff.added + code_diff.removed === 0,
  );
  const bases = await groupByBase(workspace, worktrees);
  return {
    bases,
    later: await findLater(workspace, bases, winning),
    uncommitted: await findUncommitted(
      workspace,
      worktrees.map(({ record }) => record.path),
    ),
    unchanged: unchanged.map(({ row }) => row.experiment_slug),
  };
}

/** Commits that differ only in our records count as the same base. */
async function groupByBase(
  workspace: string,
  worktrees: { slug: string; record: WorktreeRecord }[],
): Promise<Starts["bases"]> {
  const bases: Starts["bases"] = [];
  for (const { slug, record } of worktrees) {
    let found = bases.find(({ commit }) => commit === record.base_commit);
    for (const base of bases.slice(0, maxLooks))
      found ??= (await haveSameFiles(workspace, base.commit, record.base_commit)) === true ? base : undefined;
    if (found === undefined) bases.push({ commit: record.base_commit, slugs: [slug] });
    else found.slugs.push(slug);
  }
  return bases;
}

/** Experiments that started from different code are warned about anyway. */
async function findLater(
  workspace: string,
  bases: Starts["bases"],
  winning: JudgedExperiment[],
): Promise<Starts["later"]> {
  const [base, other] = bases;
  const none = { files: [], slugs: [] };
  if (base === undefined || other !== undefined) return none;
  const head = await findCommit(workspace, "HEAD");
  if (head === undefined || (await haveSameFiles(workspace, base.commit, head)) !== false) return none;
  const lacking = await Promise.all(
    winning.slice(0, maxLooks).map(async ({ records, row }) => {
      const commit = row.evidence?.commit;
      if (!records.worktree || !commit) return none;
      const files = await listChangedSince(workspace, commit, head);
      return { files, slugs: files.length > 0 ? [row.experiment_slug] : [] };
    }),
  );
  const files = [...new Set(lacking.flatMap((each) => each.files))];
  return { files, slugs: lacking.flatMap(({ slugs }) => slugs) };
}

/** Lists the files of a commit that changed since it and another one parted. */
async function listChangedSince(workspace: string, other: string, commit: string): Promise<string[]> {
  const options = ["--name-only", "--diff-filter=d", "--no-renames", "-z"];
  const args = ["diff", ...options, "--end-of-options", `${other}...${commit}`, "--", ...repositoryFiles];
  return await listGit(workspace, args).catch(() => []);
}

async function findUncommitted(workspace: string, worktrees: string[]): Promise<string[]> {
  const repository = worktrees.length > 0 ? await findRepository(workspace) : undefined;
  if (repository === undefined) return [];
  const files = await listUncommitted(repository.top);
  return files.filter(
    (file) =>
      !worktrees.slice(0, maxLooks).some((path) => isSameFile(join(repository.top, file), join(path, file))),
  );
}

function isSameFile(a: string, b: string): boolean {
  const [first, second] = [a, b].map((path) => statSync(path, { throwIfNoEntry: false }));
  if (!first?.isFile() || !second?.isFile() || first.size !== second.size || first.size > maxFile)
    return false;
  return readFileSync(a).equals(readFileSync(b));
}

export function warnOfDifferentStarts(feature: FeatureRef, { bases }: Starts): Warning[] {
  if (bases.length < 2) return [];
  const texts = bases.map(({ commit, slugs }) => `${nameSome(slugs, maxShown)} at ${commit.slice(0, 10)}`);
  const message = `The worktrees started from different code: ${nameSome(texts, maxShown)}.`;
  return [
    makeWarning(
      "unlike-starts",
      message,
      listRecords(
        feature,
        bases.flatMap(({ slugs }) => slugs),
      ),
    ),
  ];
}

export function warnOfUncommitted(feature: FeatureRef, { uncommitted, bases }: Starts): Warning[] {
  if (uncommitted.length === 0) return [];
  const message = `Not committed in the main checkout, so missing from the worktrees: ${nameSome(uncommitted, maxShown)}. Commit what all designs need, merge it into each worktree, and run again.`;
  return [
    makeWarning(
      "main-not-committed",
      message,
      listRecords(
        feature,
        bases.flatMap(({ slugs }) => slugs),
      ),
    ),
  ];
}

export function warnOfLater(feature: FeatureRef, { later: { files, slugs } }: Starts): Warning[] {
  if (files.length === 0) return [];
  const message = `Committed in the main checkout since, so missing from ${nameSome(slugs, maxShown)}: ${nameSome(files, maxShown)}. If all designs need that, merge it into each worktree and run again.`;
  return [makeWarning("main-moved-on", message, listRecords(feature, slugs))];
}

export function warnOfUnchanged(feature: FeatureRef, { unchanged }: Starts): Warning[] {
  if (unchanged.length === 0) return [];
  const message = `${nameSome(unchanged, maxShown)} won without changing a line. Do the tests cover what is to be built?`;
  return [makeWarning("nothing-changed", message, listRecords(feature, unchanged))];
}

function listRecords(feature: FeatureRef, slugs: string[]): string[] {
  return slugs.map((experiment_slug) => experimentPaths({ ...feature, experiment_slug }).worktree);
}
