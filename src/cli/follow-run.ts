import type { Run } from "../../schemas/run.ts";
import type { Context } from "../context.ts";
import { waitForRun } from "../runs/caller/wait.ts";
import { hasEnded } from "../runs/journal/journal.ts";
import { getExitStatus, interruptedStatus } from "./exit-status.ts";
import { openLines, openTable, type RunView } from "./render/run-view.ts";

/** How often an unchanged table is redrawn to update its clock, in seconds. */
const redrawSeconds = 1;

/**
 * Shows a run until it ends, and sets the exit status. Ctrl-C stops showing it, as does the end of whoever reads, but
 * never the run.
 * @returns the run as it ended; undefined if it continues
 * @throws CoreError `unknown_run`, `invalid_name`
 */
export async function followRun(
  { workspace }: Pick<Context, "workspace">,
  runId: string,
): Promise<Run | undefined> {
  const view = process.stdout.isTTY ? openTable(process.stdout) : openLines(process.stdout);
  const leave = new AbortController();
  const onInterrupt = () => leave.abort();
  process.once("SIGINT", onInterrupt);
  process.stdout.once("error", onInterrupt);
  try {
    const run = await follow(workspace, runId, view, leave.signal);
    process.exitCode = getExitStatus(run);
    return run;
  } catch (error) {
    if (!leave.signal.aborted) throw error;
    process.stderr.write(
      `\nThe run continues. To follow it: lakebase-experiments wait ${runId}; to end it: lakebase-experiments cancel ${runId}\n`,
    );
    process.exitCode = interruptedStatus;
    return undefined;
  } finally {
    process.off("SIGINT", onInterrupt);
    process.stdout.off("error", onInterrupt);
  }
}

async function follow(workspace: string, runId: string, view: RunView, signal: AbortSignal): Promise<Run> {
  const context = { workspace, signal, progress: () => {} };
  let run = await waitForRun(context, runId, { seconds: 0, until: "change" });
  while (!hasEnded(run)) {
    view.show(run);
    run = await waitForRun(context, runId, { seconds: redrawSeconds, until: "change" });
  }
  view.end(run);
  return run;
}
