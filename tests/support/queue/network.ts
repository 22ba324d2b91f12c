import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { execa } from "execa";
import { inject, onTestFinished } from "vitest";
import * as z from "zod";
import { getExperiment } from "../../../src/experiments/experiments.ts";
import { asBranchName } from "../../../src/lakebase/branches/branch-id.ts";
import { openBudget } from "../../../src/lakebase/cli/budget.ts";
import { awaitEndpoint } from "../../../src/lakebase/connection/endpoint.ts";
import { localLakebase } from "../lakebase.ts";
import { temporaryFolder } from "../machine/temporary.ts";
import { isSkipped } from "../vitest/skip.ts";

/** How to start a worker in a network namespace of its own. */
export interface WorkerNetwork {
  /** The command that the worker's own command is appended to. */
  command: readonly string[];
  env: Record<string, string>;
}

/**
 * Prepares network namespaces for the workers of a run: each has its own loopback, and reaches only the queue, the
 * emulator and the experiments' branches, through a Unix socket. A namespace ends with its processes.
 * @returns undefined if this machine does not allow it; the end of the test run says so
 */
export async function openWorkerNetwork(
  queueUrl: string,
  refs: readonly Parameters<typeof getExperiment>[0][],
): Promise<WorkerNetwork | undefined> {
  const enter = ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"];
  const [program = "", ...args] = enter;
  const { failed } = await execa(program, [...args, "true"], { reject: false });
  const why =
    "network namespaces for workers: this user may not create any, so workers share the machine's network";
  if (isSkipped(failed, why)) return undefined;
  const addresses = await listAddresses(queueUrl, refs);
  const socket = join(await temporaryFolder(), "out");
  await listenOutside(socket, new Set(addresses));
  const preload = pathToFileURL(resolve("tests/fixtures/relay-network.mjs")).href;
  return {
    command: enter,
    env: {
      NODE_OPTIONS: `--import ${preload}`,
      RELAY_SOCKET: socket,
      RELAY_ADDRESSES: addresses.join(","),
    },
  };
}

const daemonSchema = z.object({ port: z.number() });

async function listAddresses(
  queueUrl: string,
  refs: readonly Parameters<typeof getExperiment>[0][],
): Promise<string[]> {
  const lakebase = localLakebase();
  const { port } = daemonSchema.parse(
    JSON.parse(await readFile(join(inject("localHome"), "daemon.json"), "utf8")),
  );
  const endpoints = await Promise.all(
    refs.map(async (ref) => {
      const budget = openBudget(lakebase, { signal: new AbortController().signal });
      return awaitEndpoint(lakebase, asBranchName((await getExperiment(ref)).branch), budget);
    }),
  );
  const hosts = [new URL(queueUrl).host, ...endpoints.map(({ host }) => host)];
  const postgres = hosts.map((host) => (host.includes(":") ? host : `${host}:5432`));
  return [`127.0.0.1:${port}`, ...new Set(postgres)];
}

/** Connects whoever comes through the socket to the address that they ask for first, if it is one of these. */
async function listenOutside(path: string, addresses: ReadonlySet<string>): Promise<void> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket)).on("error", () => socket.destroy());
    socket.once("data", (first) => {
      const [address = ""] = first.toString("latin1").split("\n", 1);
      const [host = "", port] = address.split(":");
      if (!addresses.has(address)) return void socket.destroy();
      const inner = connect({ host, port: Number(port) });
      inner.write(first.subarray(address.length + 1));
      inner.on("error", () => socket.destroy()).on("close", () => socket.destroy());
      socket.on("close", () => inner.destroy());
      socket.pipe(inner).pipe(socket);
    });
  });
  server.listen(path);
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
}
