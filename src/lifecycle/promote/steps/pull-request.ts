import type { Plan } from "../../../../schemas/plan/plan.ts";
import type { Promotion, Verification } from "../../../../schemas/promotion/promotion.ts";
import { compareExperiments } from "../../../comparison/compare.ts";
import { renderMarkdown } from "../../../comparison/views/markdown.ts";
import { plain, section } from "../../../comparison/views/markdown-parts.ts";
import { type ExperimentRef, experimentsDirectory } from "../../../experiments/layout.ts";
import { findPlan } from "../../../experiments/plan.ts";
import { readVerification } from "../../../experiments/promotion.ts";

/** Returns the title of a promotion's pull request. */
export function formatTitle({ feature_id, experiment_slug }: ExperimentRef): string {
  return `${feature_id}: promote ${experiment_slug}`;
}

/**
 * Writes the text of a promotion's pull request, as Markdown: what was verified, what to do on merge, and the
 * comparison.
 */
export async function writePullRequest(ref: ExperimentRef, { verified }: Promotion): Promise<string> {
  const { workspace, feature_id } = ref;
  const [verification, plan, report] = await Promise.all([
    readVerification(ref),
    findPlan(workspace, feature_id),
    compareExperiments({ workspace, feature_id, details: { schema: true } }),
  ]);
  const own = verification?.run_id === verified.run_id ? verification : undefined;
  const parts = [
    `Promotes ${plain(ref.experiment_slug)}, the winner of ${plain(feature_id)}.`,
    ...section("Verified before", describeVerified(verified, own)),
    ...section("To do when it is merged", describeMigration(verified, plan)),
  ];
  return `${parts.join("\n\n")}\n\n${renderMarkdown(report, experimentsDirectory(workspace, feature_id))}`;
}

function describeVerified(
  { code, run_id, parent }: Promotion["verified"],
  verification: Verification | undefined,
): string[] {
  if (code === null) return [];
  const counts = Object.entries(verification?.by_tag ?? {}).map(
    ([tag, { passed, failed }]) => `${tag} ${passed}/${failed}`,
  );
  return [
    `- ${plain(code.experiment_commit)} merged with ${plain(code.target)} at ${plain(code.target_commit)}`,
    `- on a fresh fork of ${plain(parent.branch)}, in ${plain(run_id)}, ended ${plain(verification?.ended_at ?? "")}`,
    `- passed/failed: ${plain(counts.join(", "))}`,
  ];
}

function describeMigration({ parent }: Promotion["verified"], plan: Plan | undefined): string[] {
  const steps = plan?.promote?.migrate ?? [];
  return steps.map(({ command, cwd }) => {
    const place = cwd === undefined ? "" : ` in ${plain(cwd)}`;
    return `- run ${plain(command.join(" "))}${place} on ${plain(parent.branch)}`;
  });
}
