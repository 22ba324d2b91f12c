import { setTimeout as sleep } from "node:timers/promises";
import { countEnded, type Run } from "../../../schemas/run.ts";
import type { Context } from "../../context.ts";
import { runJournalPath } from "../../experiments/layout.ts";
import { readModificationTime } from "../../utils/files/files.ts";
import { hasEnded, readRun } from "../journal/journal.ts";

/** How often the journal is read even if it stays the same, because its worker may be gone; in milliseconds. */
const pollEveryMs = 200;

/** How often it is looked for a change of the journal, in milliseconds; that takes microseconds. */
const lookEveryMs = 5;

/** How often a waiting caller gets a progress message, in milliseconds. Clients drop a silent call. */
const reportEveryMs = 5_000;

/** What a wait is for: any change of a run, the end of one of its experiments, or its own end. */
type Awaited = "change" | "experiment_end" | "end";

/** Whether what is awaited has come, by what is awaited. */
const hasCome: Record<Awaited, (first: Run, now: Run) => boolean> = {
  change: hasChanged,
  experiment_end: (first, now) => countEnded(now) > countEnded(first),
  end: () => false,
};

/**
 * Waits until what is awaited comes, the run ends, or the time is up. Cancelling the wait does not affect the run.
 * @throws CoreError `unknown_run`
 */
export async function waitForRun(
  { workspace, signal, progress }: Pick<Context, "workspace" | "signal" | "progress">,
  runId: string,
  { seconds, until }: { seconds: number; until: Awaited },
): Promise<Run> {
  const deadline = performance.now() + seconds * 1000;
  const first = await readRun(workspace, runId);
  const tell = createReporter(progress);
  let run = first;
  let told = Number.NEGATIVE_INFINITY;
  while (!hasEnded(run) && !hasCome[until](first, run) && performance.now() < deadline) {
    if (performance.now() - told > reportEveryMs) {
      told = performance.now();
      tell(run);
    }
    await waitForChange(
      runJournalPath(workspace, runId),
      Math.min(pollEveryMs, deadline - performance.now()),
      signal,
    );
    const next = await readRun(workspace, runId);
    if (hasChanged(run, next)) told = Number.NEGATIVE_INFINITY;
    run = next;
  }
  if (told === Number.NEGATIVE_INFINITY) tell(run);
  return run;
}

/** Resolves when a file is replaced, at the latest after the given time. @throws the signal's reason */
async function waitForChange(path: string, milliseconds: number, signal: AbortSignal): Promise<void> {
  const end = performance.now() + milliseconds;
  const before = readModificationTime(path);
  do {
    const pause = Math.max(1, Math.min(lookEveryMs, end - performance.now()));
    // sleep's own error would say that a timer was aborted, not why.
    await sleep(pause, undefined, { signal }).catch(() => signal.throwIfAborted());
  } while (readModificationTime(path) === before && performance.now() < end);
}

/**
 * Reports progress as the number of finished experiments plus a growing share of the next one: MCP requires a value
 * that increases with every message.
 */
function createReporter(progress: Context["progress"]): (run: Run) => void {
  let done = 0;
  let repeats = 0;
  return (run) => {
    repeats = countEnded(run) === done ? repeats + 1 : 0;
    done = countEnded(run);
    progress(describeProgress(run), done + 1 - 1 / (1 + repeats / 10), run.results.length);
  };
}

function hasChanged(before: Run, now: Run): boolean {
  return JSON.stringify([before.state, before.results]) !== JSON.stringify([now.state, now.results]);
}

/** Describes progress on one line: `1 of 2 done: exp-pg succeeded (api 3/0), exp-json running e2e (api 3/0)`. */
function describeProgress(run: Run): string {
  const experiments = run.results
    .map(({ experiment_slug, status, step, by_tag }) => {
      const counts = Object.entries(by_tag).map(([tag, { passed, failed }]) => `${tag} ${passed}/${failed}`);
      const doing = step === undefined ? status : `${status} ${step}`;
      return `${experiment_slug} ${doing}${counts.length > 0 ? ` (${counts.join(", ")})` : ""}`;
    })
    .join(", ");
  return `${countEnded(run)} of ${run.results.length} done: ${experiments}`;
}
