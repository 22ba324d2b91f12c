import type { CommandSuite } from "../../../../schemas/plan/suite.ts";
import { extensions } from "../../../reports/format.ts";
import type { CommandEnd } from "../../command/command.ts";
import type { CycleScope } from "../../cycle/scope.ts";
import { hasEnded, listRuns, readRun } from "../../journal/journal.ts";
import type { Redactor } from "../../redaction/redact.ts";
import { isLink, keepArtifact, nameArtifact } from "../collect.ts";
import { findCommitted } from "./committed-reports.ts";
import { type FoundReport, type ReportRoot, watchReport } from "./report-files.ts";

/** Where a suite runs, and where it leaves its artifacts. Absolute. */
export interface SuitePlaces {
  directory: string;
  artifacts: string;
}

/**
 * Prepares to find a suite's report; must be called before the suite starts.
 * @param folder the suite's artifact folder within the cycle
 * @returns a function that finds the suite's report once it has ended and stores it as an artifact; it returns
 *   undefined for a suite that writes none
 */
export async function watchSuiteReport(
  scope: CycleScope,
  { report }: CommandSuite,
  folder: string,
  places: SuitePlaces,
): Promise<(end: CommandEnd, redactor: Redactor) => Promise<FoundReport | undefined>> {
  if (report.format === "exit-code") return async () => undefined;
  const artifacts = { name: "ARTIFACTS_DIR", directory: places.artifacts };
  const others = [...new Set([places.directory, scope.code.directory])].map((directory) => ({
    name: directory,
    directory,
  }));
  const isShared = await isSharedNow(scope);
  const { path } = report;
  const roots: ReportRoot[] = isShared ? [artifacts] : [artifacts, ...others];
  const extension = extensions[report.format];
  const find = await watchReport({ path, extension }, roots, scope.signal);
  return async (end, redactor) => {
    if (await isLink(places.artifacts))
      return { flaw: "is not its own: it replaced ARTIFACTS_DIR by a link" };
    const found = await find(end);
    if ("flaw" in found) {
      const why = `; not in ${places.directory}, where other experiments run at the same time`;
      return isShared ? { flaw: `${found.flaw}${why}` } : found;
    }
    const outside = found.files.filter(({ root }) => root !== artifacts);
    if (outside.length > 0 && (await isSharedNow(scope))) {
      return { flaw: `is in ${places.directory}, where other experiments run at the same time` };
    }
    const committed = await findCommitted(outside);
    const own = outside.filter((file) => !committed.includes(file));
    if (outside.length > 0 && own.length === 0)
      return { flaw: `is as it was committed (in ${places.directory}): the suite did not write it` };
    for (const { name, path } of own) {
      await keepArtifact(
        scope.experiment,
        scope.cycleId,
        nameArtifact(folder, name, redactor),
        path,
        redactor,
      );
    }
    return committed.length === 0 ? found : { files: own };
  };
}

/** Whether others may write to the same folder: without its own worktree, an experiment shares it. */
async function isSharedNow(scope: CycleScope): Promise<boolean> {
  return scope.code.worktree === undefined && isBesideOthers(scope);
}

/** Whether other experiments of the workspace may run at the same time. */
export async function isBesideOthers({
  runId,
  experiment: { workspace },
}: Pick<CycleScope, "runId" | "experiment">): Promise<boolean> {
  const own = await readRun(workspace, runId);
  if (Math.min(own.concurrency, own.results.length) > 1) return true;
  const others = (await listRuns(workspace)).filter(({ run_id }) => run_id !== runId);
  return others.some((run) => !hasEnded(run));
}
