import { readlinkSync } from "node:fs";
import { basename, sep } from "node:path";
import { findCheckout } from "../../../experiments/code/checkouts.ts";
import { listPids } from "../../../utils/processes/list-pids.ts";
import { listOpenSockets } from "../../../utils/processes/tcp-sockets.ts";

/** Programs that run a project's code. A database or a cache that was started in its folder serves none of it. */
const interpreter =
  /^(node|bun|deno|python[\d.]*|pypy[\d.]*|ruby[\d.]*|java|php[\w.-]*|perl[\d.]*|dotnet|beam\.smp|uv|uwsgi|gunicorn)$/;

/** Where `go run` builds. */
const builtByGo = `${sep}go-build`;

/**
 * Finds the checkout whose code a listening process runs: one of those given is its working directory, or contains it.
 * @param inode of the listening socket
 */
export async function findCodeOfServer(
  inode: string,
  checkouts: readonly string[],
): Promise<string | undefined> {
  for (const pid of await listPids()) {
    if (!listOpenSockets(pid).includes(inode)) continue;
    const [folder, program] = ["cwd", "exe"].map((name) => readLink(`/proc/${pid}/${name}`));
    const checkout = folder === undefined ? undefined : findCheckout(checkouts, folder);
    if (checkout === undefined || program === undefined) continue;
    if (runsCode(program, checkouts)) return checkout;
  }
  return undefined;
}

/** Names the program that listens on a socket; undefined if it belongs to another user. */
export async function findProgramOfServer(inode: string): Promise<string | undefined> {
  for (const pid of await listPids())
    if (listOpenSockets(pid).includes(inode)) return basename(readLink(`/proc/${pid}/exe`) ?? "");
  return undefined;
}

/** Whether a program runs or is a project's code. What a package brought, such as a database, is not. */
export function runsCode(program: string, checkouts: readonly string[]): boolean {
  if (interpreter.test(basename(program)) || program.includes(builtByGo)) return true;
  const isInstalled = program.split(sep).includes("node_modules");
  return !isInstalled && findCheckout(checkouts, program) !== undefined;
}

/** @returns undefined for a process that has ended or belongs to another user */
function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
