import { readFile, statfs } from "node:fs/promises";
import type { ReportCase } from "../../../schemas/plan/report.ts";
import { artifactPath } from "../../experiments/layout.ts";
import { asCoreError, CoreError } from "../../utils/core-error.ts";
import { findSystemError } from "../../utils/processes/system-errors.ts";
import { portsHint } from "../suite/foreign-servers.ts";
import { findPortInUse } from "../suite/port-in-use.ts";
import { findUnprepared } from "../worktree/find-unprepared.ts";
import { findLostBranch } from "./lost-compute.ts";
import type { CycleScope } from "./scope.ts";

/** With less free space than this, in bytes, files can hardly be written. */
const leastRoom = 2 ** 20;

/**
 * Checks whether a failed suite still had what it needs: disk space, its code, its branch and its ports. If not, its
 * failures are not the design's fault.
 * @returns what was missing; undefined if nothing was
 */
export async function findExternalCause(
  scope: CycleScope,
  tag: string,
  cases: readonly ReportCase[],
): Promise<CoreError | undefined> {
  const { experiment, code } = scope;
  return (
    (await findFullDisk(scope)) ??
    (await findLostCode(scope)) ??
    (await findUnprepared(experiment.workspace, code)) ??
    (await findLostBranch(scope)) ??
    (await findTakenPort(scope, tag, cases))
  );
}

async function findFullDisk({ code: { directory } }: CycleScope): Promise<CoreError | undefined> {
  const disk = await statfs(directory).catch(() => undefined);
  if (disk === undefined || disk.bavail * disk.bsize >= leastRoom) return undefined;
  return findSystemError(Object.assign(new Error(`no room in ${directory}`), { code: "ENOSPC" }));
}

async function findLostCode({ checkCode }: CycleScope): Promise<CoreError | undefined> {
  return checkCode().then(() => undefined, asCoreError);
}

/** Finds a port that was in use while other experiments ran. Of one that runs alone, it is taken for its own doing. */
async function findTakenPort(
  { isAlone, experiment, cycleId }: CycleScope,
  tag: string,
  cases: readonly ReportCase[],
): Promise<CoreError | undefined> {
  if (isAlone) return undefined;
  const logs = await Promise.all(
    ["stderr.log", "stdout.log"].map((name) =>
      readFile(artifactPath(experiment, cycleId, `${tag}/${name}`), "utf8").catch(() => ""),
    ),
  );
  const failures = cases.map(({ failure = "" }) => failure);
  const line = findPortInUse([...failures, ...logs]);
  if (line === undefined) return undefined;
  return new CoreError(
    "port_taken",
    `The suite failed while other experiments ran, and found a port in use: ${line}`,
    {
      hint: portsHint,
    },
  );
}
