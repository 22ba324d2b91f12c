import { join } from "node:path";
import * as z from "zod";
import { closingAnswerSchema } from "../../schemas/experiment/closing-answer.ts";
import { promotionAnswerSchema } from "../../schemas/promotion/promotion-answer.ts";
import { type Server, waitForRun } from "./client.ts";
import { countTags, formatPath, say, startSection } from "./say.ts";
import { commitAll, feature_id, git, workspace } from "./workspace.ts";

const winner = "exp-pg";

/** Promotes the winner, closes all experiments, and shows what remains. */
export async function promoteAndClose(server: Server): Promise<void> {
  const safetyBranch = await promote(server);
  await close(server);
  await showWhatRemains(server, safetyBranch);
}

async function promote(server: Server): Promise<string> {
  startSection("Promote: verify the merged code on a fresh fork of the parent, then merge and migrate");
  const promoteWinner = async (how: object) => {
    const input = { feature_id, experiment_slug: winner, wait_seconds: 45 };
    const begun = await server.call(promotionAnswerSchema, "promote_experiment", { ...input, ...how });
    if (begun.run_id !== undefined) await waitForRun(server, begun.run_id);
    return server.call(promotionAnswerSchema, "promote_experiment", input);
  };
  const { verified } = await promoteWinner({ verify: true });
  say(`Verified:  ${winner} merged with main: ${countTags(verified?.by_tag ?? {})}`);
  const { state, code, database, objections } = await promoteWinner({ confirm: true });
  if (state !== "promoted") throw new Error(`${winner} is ${state}: ${objections[0]?.message}`);
  const { commands, parent_branch, safety_branch = "", safety_branch_expires = "" } = database;
  const until = safety_branch_expires.slice(0, 10);
  say(
    `Migrated:  ${parent_branch}, by ${commands.join(", ")}; ${safety_branch} keeps it as it was until ${until}`,
  );
  say(`Merged:    main is at ${code?.merge_commit?.slice(0, 7)}`);
  return safety_branch;
}

async function close({ call }: Server): Promise<void> {
  startSection("Close: remove branches and worktrees, keep git branches and records");
  const answer = await call(closingAnswerSchema, "close_experiments", {
    ...{ feature_id, experiment_slugs: [winner, "exp-json"], confirm: true },
    reason: "the tables lose no order when customers buy at the same time",
  });
  for (const { experiment_slug, status, stays } of answer.experiments)
    say(`${experiment_slug.padEnd(9)} ${status}; ${stays[0]} stays`);
  commitAll(workspace, "Record the decision");
  say(`Records:   ${formatPath(join(workspace, ".tdd", "archive", feature_id))}`);
  say(`Decision:  ${formatPath(answer.decisions ?? "")}`);
}

async function showWhatRemains({ call }: Server, safetyBranch: string): Promise<void> {
  startSection("What remains");
  say(`git log --oneline main\n${indent(git(workspace, "log", "--oneline", "main"))}`);
  const worktrees = git(workspace, "worktree", "list", "--porcelain").match(/^worktree .+/gm) ?? [];
  say(`Worktrees: ${worktrees.map((line) => formatPath(line.slice("worktree ".length))).join(", ")}`);
  const branches = z.object({ branches: z.array(z.object({ branch: z.string() })) });
  const listed = await call(branches, "list_branches", {});
  say(`Branches:  ${listed.branches.map(({ branch }) => branch).join(", ")}`);
  const changes = z.object({ changes: z.array(z.looseObject({ kind: z.string(), object: z.string() })) });
  const difference = await call(changes, "diff_schema", {
    ...{ from_branch: safetyBranch, to_branch: "production", limit: 100 },
  });
  const tables = difference.changes.filter(({ kind }) => kind === "table").map(({ object }) => object);
  say(`Tables now in production: ${tables.sort().join(", ")}`);
  const { next_step } = await call(z.object({ next_step: z.string() }), "clean_up", {});
  say(`clean_up:  ${next_step}`);
}

function indent(text: string): string {
  return text.replace(/^/gm, "  ");
}
