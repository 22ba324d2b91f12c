import { git } from "../../git/git.ts";
import { countUniqueCommits } from "../../git/is-preserved.ts";
import { countMinutesSince } from "../../utils/minutes.ts";
import { isKnown, type WorkspaceRecords } from "../workspace-records.ts";
import type { FoundLeftover, SearchContext } from "./found-leftover.ts";
import type { Unfinished } from "./unfinished.ts";

/**
 * Finds git branches that are named like those of experiments and pull requests but that no record mentions. They stay:
 * a name alone is not evidence, and the branches of closed experiments are kept on purpose.
 */
export async function findGitBranches({
  context: { workspace },
  records,
  unfinished,
}: SearchContext): Promise<FoundLeftover[]> {
  const format = "%(refname:lstrip=2) %(committerdate:iso-strict)";
  const args = ["for-each-ref", `--format=${format}`, "refs/heads/experiment", "refs/heads/promotion"];
  const lines = (await git(workspace, args)).stdout.split("\n").filter((line) => line !== "");
  const branches = lines.map((line) => {
    const [name = "", date = ""] = line.split(" ");
    return { name, date };
  });
  const strange = branches.filter(({ name }) => !isRecorded(records, unfinished, name));
  return Promise.all(strange.map(({ name, date }) => describe(workspace, name, date)));
}

function isRecorded(
  records: WorkspaceRecords,
  unfinished: readonly Unfinished[],
  gitBranch: string,
): boolean {
  const [, feature_id = "", experiment_slug = ""] = gitBranch.split("/");
  const names = { feature_id, experiment_slug };
  const isNamed = (each: typeof names) =>
    each.feature_id === feature_id && each.experiment_slug === experiment_slug;
  return (
    isKnown(records, names) ||
    records.closed.some((each) => isNamed(each) || each.git_branch === gitBranch) ||
    records.promotions.some(({ ref }) => isNamed(ref)) ||
    unfinished.some(({ ref }) => isNamed(ref))
  );
}

async function describe(workspace: string, name: string, date: string): Promise<FoundLeftover> {
  const own = await countUniqueCommits(workspace, name);
  const lost = own === 1 ? "a commit that is" : `${own} commits that are`;
  const what = own === 0 ? "all its commits are on other branches" : `it has ${lost} on no other branch`;
  return {
    kind: "git_branch",
    name,
    why: `no record mentions it; ${what}`,
    age_minutes: countMinutesSince(date),
    left: own === 0 ? `git branch -d ${name} deletes it, if it is yours` : "git keeps what was written there",
  };
}
