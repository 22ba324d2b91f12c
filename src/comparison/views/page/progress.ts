import type { TagMatrixRow } from "../../../../schemas/comparison/comparison.ts";
import { countEnded, type Run, type RunResult } from "../../../../schemas/run.ts";
import { ownValue } from "../../../utils/own-value.ts";
import { formatCounts, spellOut } from "../format.ts";
import { html, type Markup } from "./markup.ts";
import { part } from "./part.ts";
import { queueList } from "./queue.ts";

/** Renders runs in progress: how many experiments are done, and how far each is, tag by tag. */
export function runProgress(runs: Run[], matrix: TagMatrixRow[]): Markup[] {
  return runs.map((run) => {
    const { run_id, results, queue } = run;
    const done = countEnded(run);
    const count = `${done} of ${results.length} ${results.length === 1 ? "experiment" : "experiments"} done`;
    const tags = listTags(results, matrix);
    return html`<p class="dim">${run_id}: ${count}</p>
<progress max="${results.length}" value="${done}" aria-label="${count}"></progress>
<ul class="bars">\n${results.map((result) => resultItem(result, tags))}</ul>${queue && queueList(queue)}`;
  });
}

/** Lists the tags of the matrix first, in its order. */
function listTags(results: RunResult[], matrix: TagMatrixRow[]): string[] {
  const found = results.flatMap(({ by_tag, no_evidence = {} }) => Object.keys({ ...by_tag, ...no_evidence }));
  return [...new Set([...matrix.map(({ tag }) => tag), ...found])];
}

function resultItem(result: RunResult, tags: string[]): Markup {
  const { experiment_slug, status, step } = result;
  const now = status === "running" && step !== undefined ? `${spellOut(status)}: ${step}` : spellOut(status);
  const look = status === "running" ? "now" : "other";
  return html`<li><h3>${experiment_slug}</h3><div class="parts">${part(now, look)}${tags.map((tag) => tagPart(result, tag))}</div></li>\n`;
}

function tagPart({ by_tag, no_evidence = {} }: RunResult, tag: string): Markup | undefined {
  const counts = ownValue(by_tag, tag);
  if (counts !== undefined)
    return part(`${tag} ${formatCounts(counts)}`, counts.failed > 0 ? "lost" : "done");
  return ownValue(no_evidence, tag) === undefined ? undefined : part(`${tag} not measured`, "doubt");
}
