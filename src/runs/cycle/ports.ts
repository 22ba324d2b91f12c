import { randomInt } from "node:crypto";
import { lstat, mkdir } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sweepFolder } from "../../experiments/sweep.ts";
import { CoreError } from "../../utils/core-error.ts";
import { release, tryLock } from "../../utils/files/lock.ts";
import { readErrorCode } from "../../utils/read-error-code.ts";

/** Below the ports that systems assign to outgoing connections, and above those of well-known servers. */
const usualRange = { first: 20_000, count: 10_000 };
type Range = typeof usualRange;

/**
 * Leases free ports while a task runs: no other cycle on this machine gets them, whatever its run or workspace. Leases
 * of a worker that died can be taken over.
 * @throws CoreError `no_free_port`; the signal's reason
 */
export async function withPorts<Result>(
  count: number,
  signal: AbortSignal,
  task: (ports: readonly number[]) => Promise<Result>,
  range: Range = usualRange,
): Promise<Result> {
  const leases: Lease[] = [];
  try {
    if (count > 0) await leasePorts(count, leases, signal, range);
    return await task(leases.map(({ port }) => port));
  } finally {
    for (const { path } of leases) release(path);
  }
}

/** A port, and the lock that reserves it. */
interface Lease {
  port: number;
  path: string;
}

/**
 * Starts the search at a random port, so that a port just released, which a browser may still remember, is seldom
 * reused immediately.
 */
async function leasePorts(count: number, leases: Lease[], signal: AbortSignal, range: Range): Promise<void> {
  const directory = await openPortsDirectory();
  await sweepFolder(directory, { isDeep: false });
  const start = randomInt(range.count);
  for (let offset = 0; offset < range.count; offset++) {
    signal.throwIfAborted();
    const port = range.first + ((start + offset) % range.count);
    const path = join(directory, String(port));
    if (!(await tryLock(path))) continue;
    if (!(await isFree(port))) {
      release(path);
      continue;
    }
    if (leases.push({ port, path }) === count) return;
  }
  throw new CoreError("no_free_port", `Fewer than ${count} ports are free from ${range.first} upwards.`, {
    hint: "Stop servers on this machine, or lower ports in plan.json.",
    retryable: true,
  });
}

/**
 * Returns the folder of leases, shared by all of a user's workspaces and private to the user.
 * @throws CoreError `ports_unavailable`
 */
export async function openPortsDirectory(): Promise<string> {
  const home = join(tmpdir(), `lakebase-experiments-${process.getuid?.() ?? "user"}`);
  await mkdir(home, { mode: 0o700, recursive: true });
  const found = await lstat(home);
  const isOurs = found.isDirectory() && (process.getuid === undefined || found.uid === process.getuid());
  if (!isOurs) {
    throw new CoreError("ports_unavailable", `${home}, where ports are leased, belongs to another user.`, {
      hint: "Set TMPDIR to a folder of your own.",
    });
  }
  const directory = join(home, "ports");
  await mkdir(directory, { recursive: true });
  return directory;
}

/** Whether no one listens on a port, on any address. */
async function isFree(port: number): Promise<boolean> {
  return (await canListen(port, "::")) ?? (await canListen(port, "0.0.0.0")) ?? false;
}

/** @returns undefined if the machine has no such address */
function canListen(port: number, host: string): Promise<boolean | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error) => {
      const code = readErrorCode(error);
      resolve(code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT" ? undefined : false);
    });
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
