import type { RunQueue } from "../../../../schemas/run.ts";
import { html, type Markup } from "./markup.ts";
import { part } from "./part.ts";

/** Renders the queue of a run in progress: its workers, and what the run's jobs are waiting for. */
export function queueList({ workers, more_workers, waiting }: RunQueue): Markup {
  const more = more_workers > 0 && part(`${more_workers} more`, "other");
  const all = count(workers.length + more_workers, "worker");
  return html`<p class="dim">Queue</p>
<ul class="bars">\n${item(all, html`${workers.map(workerPart)}${more}`)}${waiting.map(waitingItem)}</ul>`;
}

function workerPart({ name, running, concurrency, paused }: RunQueue["workers"][number]): Markup {
  const jobs = running === 0 ? "idle" : `running ${running} of ${count(concurrency, "job")}`;
  if (paused === undefined) return part(`${name} ${jobs}`, running === 0 ? "other" : "now");
  return part(`${name} ${running === 0 ? "" : `${jobs}, `}paused: ${paused}`, "doubt");
}

function waitingItem({ reason, count: all, jobs }: RunQueue["waiting"][number]): Markup {
  const more = all > jobs.length ? ` and ${all - jobs.length} more` : "";
  return item(
    `${count(all, "job")} waiting`,
    html`${part(reason, "other")}<span>${jobs.join(", ")}${more}</span>`,
  );
}

function item(head: string, parts: Markup): Markup {
  return html`<li><h3>${head}</h3><div class="parts">${parts}</div></li>\n`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
