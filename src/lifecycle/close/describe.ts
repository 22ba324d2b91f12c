import { existsSync } from "node:fs";
import type { ClosingAnswer, ClosingRow } from "../../../schemas/experiment/closing-answer.ts";
import { worktreeRecordSchema } from "../../../schemas/experiment/worktree-record.ts";
import type { Context } from "../../context.ts";
import type { ClosedExperiment } from "../../experiments/closed.ts";
import { listExperiments } from "../../experiments/experiments.ts";
import { archivedPaths, archivePath, decisionsPath } from "../../experiments/layout.ts";
import { listSlugs } from "../../experiments/list-slugs.ts";
import { findRepository } from "../../git/repository.ts";
import { inspectWorktree } from "../../git/worktrees/inspect-worktree.ts";
import { ignoreCoreError } from "../../utils/core-error.ts";
import { readRecord } from "../../utils/files/json.ts";
import { nameSome } from "../../utils/text/name-some.ts";
import type { CodeInspection } from "./inspect-code.ts";
import type { ClosingPlan, OpenInspection } from "./plan-closing.ts";

const maxNamed = 8;

/** Describes what closing would do, or did, briefly enough for a model to read. */
export async function describeClosing(
  { workspace }: Pick<Context, "workspace">,
  feature_id: string,
  { open, closed }: ClosingPlan,
): Promise<ClosingAnswer> {
  const ended = closed.map((each) => describeClosed(workspace, each));
  const experiments = [...open.map(describeOpen), ...(await Promise.all(ended))];
  const named = new Set(listSlugs(experiments));
  const all = await listExperiments(workspace, feature_id);
  const decisions = decisionsPath(workspace, feature_id);
  return {
    feature_id,
    experiments: experiments.sort((a, b) => (a.experiment_slug < b.experiment_slug ? -1 : 1)),
    others: listSlugs(all).filter((slug) => !named.has(slug)),
    ...(existsSync(decisions) && { decisions }),
  };
}

function describeOpen({
  ref,
  recorded,
  closing,
  database,
  code,
  verdict,
  objections,
}: OpenInspection): ClosingRow {
  const { branch } = recorded;
  const { status, verdict_by } = verdict;
  return {
    ...{ experiment_slug: ref.experiment_slug, state: closing === undefined ? "open" : "closing" },
    ...{ status, verdict_by },
    goes: [...describeCodeGoing(code), ...(database.state === "there" ? [`database branch ${branch}`] : [])],
    stays: [...describeCodeStaying(code), `its records, in ${archivePath(ref)}`],
    left: [
      ...(code.worktree.state === "kept" ? [`worktree ${code.path}: ${code.worktree.why}`] : []),
      ...(database.state === "left" ? [`database branch ${branch}: ${database.why}`] : []),
    ],
    objections,
  };
}

function describeCodeGoing({ worktree, path, uncommitted }: CodeInspection): string[] {
  if (worktree.state !== "there") return [];
  const written = worktree.changed.filter((name) => !uncommitted.includes(name));
  const list = (what: string, names: string[]) =>
    names.length === 0 ? "" : `, with what ${what}: ${nameSome(names, maxNamed)}`;
  const ignored = list("git ignores", worktree.ignored);
  return [`worktree ${path}${ignored}${list("the plan's commands wrote", written)}`];
}

function describeCodeStaying({ git_branch, commit, uncommitted }: CodeInspection): string[] {
  if (git_branch === null) return ["its code, in the main checkout"];
  const at = commit === null ? "" : ` at ${commit.slice(0, 12)}`;
  const added =
    uncommitted.length === 0 ? "" : `, and what is not committed yet: ${nameSome(uncommitted, maxNamed)}`;
  return [`git branch ${git_branch}${at}${added}`];
}

async function describeClosed(workspace: string, closed: ClosedExperiment): Promise<ClosingRow> {
  const { experiment_slug, status, verdict_by, branch, database, git_branch, commit, worktree, directory } =
    closed;
  const at = commit === null ? "" : ` at ${commit.slice(0, 12)}`;
  return {
    ...{ experiment_slug, state: "closed", status, verdict_by },
    goes: [
      ...(worktree === "removed" ? ["its worktree"] : []),
      ...(database === "deleted" ? [`database branch ${branch}`] : []),
    ],
    stays: [
      git_branch === null ? "its code, in the main checkout" : `git branch ${git_branch}${at}`,
      `its records, in ${directory}`,
    ],
    left: [
      ...(worktree === "left" ? await describeLeft(workspace, directory) : []),
      ...(database === "left"
        ? [`database branch ${branch}: it is not known to be the one created for it`]
        : []),
    ],
    objections: [],
  };
}

/** Describes the worktree that was left, as it is now; empty if someone has removed it since. */
async function describeLeft(workspace: string, archived: string): Promise<string[]> {
  const path = archivedPaths(archived).worktree;
  const record = await readRecord(path, worktreeRecordSchema.nullable()).catch(() => undefined);
  const repository = await findRepository(workspace);
  if (record == null || repository === undefined) return [];
  const inspection = await inspectWorktree(repository, record).catch(ignoreCoreError);
  if (inspection?.state === "gone") return [];
  return [`worktree ${record.path}${inspection?.state === "kept" ? `: ${inspection.why}` : ""}`];
}
