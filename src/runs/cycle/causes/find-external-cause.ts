import { readdir, readFile, statfs } from "node:fs/promises";
import { join } from "node:path";
import type { ReportCase } from "../../../../schemas/plan/report.ts";
import { artifactPath } from "../../../experiments/layout.ts";
import { asCoreError, CoreError } from "../../../utils/core-error.ts";
import { ownValue } from "../../../utils/own-value.ts";
import { findSystemError } from "../../../utils/processes/system-errors.ts";
import { listSockets } from "../../../utils/processes/tcp-sockets.ts";
import { findMissedDatabase } from "../../suite/missed-database.ts";
import { findPortInUse } from "../../suite/port-in-use.ts";
import { databaseHint, portsHint } from "../../suite/servers/watch-servers.ts";
import { findUnprepared } from "../../worktree/find-unprepared.ts";
import { findLostBranch } from "../branch/lost-compute.ts";
import type { CycleScope } from "../scope.ts";

/** With less free space than this, in bytes, files can hardly be written. */
const leastRoom = 2 ** 20;

/**
 * Checks whether a failed suite or setup had what it needs: disk space, its code, its branch and its ports. If not, its
 * failures are not the design's fault.
 * @param folder its artifact folder within the cycle
 * @returns what was missing; undefined if nothing was
 */
export async function findExternalCause(
  scope: CycleScope,
  folder: string,
  cases: readonly ReportCase[],
): Promise<CoreError | undefined> {
  return (
    (await findFullDisk(scope)) ??
    (await findLostCode(scope)) ??
    (await findLack(scope, folder, cases)) ??
    (await findLostBranch(scope)) ??
    (await findOtherDatabase(scope, folder, cases)) ??
    (await findTakenPort(scope, folder, cases))
  );
}

/** Finds what a command lacked in its worktree. @param folder its artifact folder within the cycle */
export function findLack(
  scope: CycleScope,
  folder: string,
  cases: readonly ReportCase[],
): Promise<CoreError | undefined> {
  const { suites, setup = [] } = scope.request.plan;
  const suite = ownValue(suites, folder.split("/")[0] ?? "");
  const places = suite === undefined || "builtin" in suite ? setup : [suite];
  return findUnprepared(scope.experiment.workspace, scope.code, {
    folders: places.flatMap(({ cwd }) => cwd ?? []),
    readOutput: () => readOutput(scope, folder, cases),
  });
}

/** Reads what a command printed, each time it or one of its steps ran, and its failures. */
async function readOutput(
  { experiment, cycleId }: CycleScope,
  folder: string,
  cases: readonly ReportCase[],
): Promise<string[]> {
  const place = artifactPath(experiment, cycleId, folder);
  const further = await readdir(place).catch(() => []);
  const folders = ["", ...further.filter((name) => /^(repeat|step)-\d+$/.test(name))];
  const logs = folders.flatMap((each) => ["stderr.log", "stdout.log"].map((name) => join(place, each, name)));
  const texts = await Promise.all(logs.map((path) => readFile(path, "utf8").catch(() => "")));
  return [...cases.map(({ failure = "" }) => failure), ...texts];
}

async function findFullDisk({ code: { directory } }: CycleScope): Promise<CoreError | undefined> {
  const disk = await statfs(directory).catch(() => undefined);
  if (disk === undefined || disk.bavail * disk.bsize >= leastRoom) return undefined;
  return findSystemError(Object.assign(new Error(`no room in ${directory}`), { code: "ENOSPC" }));
}

async function findLostCode({ checkCode }: CycleScope): Promise<CoreError | undefined> {
  return checkCode().then(() => undefined, asCoreError);
}

/** Finds a database that was looked for in vain and is not the branch: the plan does not lead the suite to its branch. */
export async function findOtherDatabase(
  scope: CycleScope,
  folder: string,
  cases: readonly ReportCase[],
): Promise<CoreError | undefined> {
  const own = scope.logins.used.at(-1);
  const missed = own && findMissedDatabase(await readOutput(scope, folder, cases), own);
  if (missed === undefined) return undefined;
  const what = `The suite failed and did not connect to the experiment's branch: ${missed}`;
  return new CoreError("database_foreign", what, { hint: databaseHint });
}

/**
 * Finds a port that was in use while other experiments ran, or that another program still uses. Otherwise it is taken for
 * the suite's own doing.
 */
async function findTakenPort(
  scope: CycleScope,
  folder: string,
  cases: readonly ReportCase[],
): Promise<CoreError | undefined> {
  const line = findPortInUse(await readOutput(scope, folder, cases));
  if (line === undefined) return undefined;
  if (!scope.isAlone)
    return portTaken(
      `The suite failed while other experiments ran, and found a port in use: ${line}`,
      portsHint,
    );
  // Nothing of the suite runs any more.
  const listening = (await listSockets()).filter(({ state }) => state === "listening");
  const named = new Set(line.match(/\d+/g)?.map(Number));
  const port = listening.find((socket) => named.has(socket.port))?.port;
  if (port === undefined) return undefined;
  return portTaken(
    `The suite failed and found a port in use, on which another program listens: ${line}`,
    `Stop the program that listens on port ${port}, or set "ports": 1 in plan.json and have the server listen on PORT.`,
  );
}

const portTaken = (what: string, hint: string) => new CoreError("port_taken", what, { hint });
