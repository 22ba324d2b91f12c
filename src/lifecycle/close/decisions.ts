import type { Closed, ComparedExperiment } from "../../../schemas/experiment/closed.ts";
import { plain } from "../../comparison/views/markdown-parts.ts";
import { decisionsPath, type FeatureRef } from "../../experiments/layout.ts";
import { readIfPresent, writeAtomically } from "../../utils/files/files.ts";

/** The longest reason or rationale that is kept, in characters. */
const maxText = 2_000;

/**
 * Appends how an experiment ended to its feature's decisions. Experiments closed by the same call share a section.
 * Existing text is left alone, and a decision that is already there is not added twice.
 */
export async function recordDecision({ workspace, feature_id }: FeatureRef, closed: Closed): Promise<void> {
  const path = decisionsPath(workspace, feature_id);
  const before = (await readIfPresent(path)) ?? `# Decisions on ${plain(feature_id)}\n`;
  await writeAtomically(path, addDecision(before, closed));
}

/** Returns the text of a feature's decisions with one more added. */
function addDecision(text: string, closed: Closed): string {
  const heading = `## ${closed.closed_at}`;
  const [head = "", ...sections] = text.trimEnd().split(/^(?=## )/m);
  const index = sections.findIndex((section) => section.startsWith(`${heading}\n`));
  const line = describeEnd(closed);
  const section = sections[index];
  if (section === undefined) {
    const added = [heading, "", ...describeFindings(closed), "", line].join("\n");
    return `${[text.trimEnd(), added].join("\n\n")}\n`;
  }
  if (section.includes(lineStart(closed))) return text;
  sections[index] = `${section.trimEnd()}\n${line}\n${index < sections.length - 1 ? "\n" : ""}`;
  return `${[head, ...sections].join("").trimEnd()}\n`;
}

function describeFindings({ recommendation, rationale, compared }: Closed): string[] {
  const rows = compared.map(describeCompared).join("; ");
  return [
    ...(rows === "" ? [] : [`Compared, passed/failed: ${rows}.`, ""]),
    `What was measured said **${recommendation}**. ${plain(rationale, maxText)}`,
  ];
}

function describeCompared({ experiment_slug, signal, by_tag }: ComparedExperiment): string {
  const counts = Object.entries(by_tag).map(
    ([tag, { passed, failed }]) => `${plain(tag)} ${passed}/${failed}`,
  );
  return `${plain(experiment_slug)} ${signal}${counts.length === 0 ? "" : ` (${counts.join(", ")})`}`;
}

const lineStart = ({ experiment_slug }: Closed) => `- **${plain(experiment_slug)}** `;

function describeEnd(closed: Closed): string {
  const by = closed.verdict_by === "measured" ? "by what was measured" : "by the caller's decision";
  const parts = [
    `${lineStart(closed)}${closed.status} ${by}: ${endSentence(plain(closed.reason, maxText))}`,
    describeHome(closed),
    closed.git_branch === null
      ? `Its code is in the main checkout${closed.commit === null ? "" : `, at ${closed.commit.slice(0, 12)}`}.`
      : `Its code is on ${plain(closed.git_branch)}${closed.commit === null ? "" : `, at ${closed.commit.slice(0, 12)}`}.`,
  ];
  return parts.filter((part) => part !== "").join(" ");
}

const endSentence = (text: string) => (/[.!?…]$/.test(text) ? text : `${text}.`);

function describeHome({ promotion }: Closed): string {
  if (promotion === undefined) return "";
  const { mode, target, merge_commit = "", parent_branch } = promotion;
  if (mode === "branch") return `It was offered for ${plain(target ?? "")} at ${merge_commit.slice(0, 12)}.`;
  const database = `the database branch ${plain(parent_branch)}`;
  const code = target === undefined ? "" : `${plain(target)}, at ${merge_commit.slice(0, 12)}, and `;
  return `It was promoted to ${code}${database}.`;
}
