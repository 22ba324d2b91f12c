import { once } from "node:events";
import { closeSync, writeSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { Server } from "node:http";
import { availableParallelism } from "node:os";
import PQueue from "p-queue";
import { purgeOverdue } from "../api/branches/deletion.ts";
import { openEndpoint } from "../api/endpoints.ts";
import { Operations } from "../api/operations.ts";
import type { Platform } from "../api/platform.ts";
import { createFirstProject } from "../api/projects/new-project.ts";
import { Credentials } from "../api/roles/credentials.ts";
import { Store } from "../api/store.ts";
import { formatHost } from "../api/views.ts";
import { Computes } from "../computes/computes.ts";
import { lastConnection, publishConnection } from "../connection.ts";
import { Extensions } from "../extensions/extensions.ts";
import { findHome, type Home, prepareHome } from "../home.ts";
import { currentUserName } from "../identity.ts";
import { getCode, getMessage, LocalError } from "../local-error.ts";
import { describeTrouble } from "../machine-trouble.ts";
import { stageBinaries } from "../postgres/binaries.ts";
import { loadSecrets, makeSecret } from "../postgres/secrets.ts";
import { keepReserve, useReserve } from "../reserve.ts";
import { Identities } from "../tls/identities.ts";
import { writeWhole } from "../whole-file.ts";
import { addExtensions, ensureExtensions } from "./add-extensions.ts";
import { removeDrafts } from "./drafts.ts";
import { collectGarbage, removeUnrecorded } from "./garbage.ts";
import { takeLease } from "./lease.ts";
import { endOrphans } from "./orphans.ts";
import { createApiServer } from "./server.ts";
import { readSettings, type Settings } from "./settings.ts";
import { describeStatus } from "./status.ts";

const sweepSeconds = 1;
const patienceSeconds = 20;

/** Runs the daemon of a state directory until it is stopped or idle. It reports to its starter on descriptor 3. */
export async function runDaemon(environment: NodeJS.ProcessEnv = process.env): Promise<void> {
  try {
    const home = findHome(environment);
    const settings = readSettings(environment);
    await prepareHome(home);
    useReserve(home.reserveFile);
    if (!(await takeLease(home.leases))) return tellStarter("held");
    await serve(home, settings);
    tellStarter("ready");
  } catch (error) {
    const text = error instanceof LocalError ? error.describe() : describeTrouble(error);
    report(
      `cannot start: ${error instanceof LocalError ? text : String(error instanceof Error ? error.stack : error)}`,
    );
    tellStarter(text);
    process.exit(1);
  }
}

async function serve(home: Home, settings: Settings): Promise<void> {
  const platform = await openPlatform(home, settings);
  await restore(platform, settings);
  let lastRequest = performance.now();
  const life = new AbortController();
  const server = createApiServer({
    platform,
    token: await loadToken(home),
    onRequest: () => {
      lastRequest = performance.now();
    },
    report,
    verbs: {
      status: () => describeStatus(platform, settings),
      stop: () => {
        life.abort();
        return { pid: process.pid };
      },
      collectGarbage: () => collectGarbage(platform),
      addExtensions: (folder) => addExtensions(platform, folder),
      authority: async () => ({ file: await platform.identities.authorityFile() }),
    },
  });
  const port = await listen(server, (await lastConnection(home))?.port);
  await publishConnection(home, port, false);
  const sweeper = sweep(platform, () => {
    if (platform.computes.connections > 0 || platform.operations.running > 0) lastRequest = performance.now();
    if (performance.now() - lastRequest > settings.idle_seconds * 1000) life.abort();
  });
  for (const name of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(name, () => life.abort());
  report(`serving ${home.root}`);
  life.signal.addEventListener("abort", () => void shutDown(platform, { server, port, sweeper }));
}

/** Puts what earlier daemons left in order, and creates what must be there. */
async function restore(platform: Platform, settings: Settings): Promise<void> {
  const { home } = platform;
  await endOrphans(home);
  await removeUnrecorded(platform);
  await removeDrafts(home, platform.store);
  await openEndpoints(platform);
  if (platform.store.projects({ deleted: true }).length === 0) await createFirstProject(platform);
  if (settings.extensions !== undefined) {
    await ensureExtensions(platform, settings.extensions).catch(async (error) => {
      await platform.computes.close();
      throw error;
    });
  }
}

/** Opens the endpoints of all branches; one whose address is taken by another program moves. */
async function openEndpoints(platform: Platform): Promise<void> {
  for (const branch of platform.store.branches()) {
    const endpoints = await Promise.all(branch.endpoints.map((endpoint) => openEndpoint(platform, endpoint)));
    const moved = endpoints.filter((endpoint, place) => {
      const before = branch.endpoints[place];
      return before === undefined || formatHost(endpoint) !== formatHost(before);
    });
    if (moved.length === 0) continue;
    report(
      `an address of branch ${branch.branch_id} is taken by another program: it moves to ${moved.map(formatHost)}`,
    );
    await platform.store.saveBranch({ ...branch, endpoints });
  }
}

async function openPlatform(home: Home, settings: Settings): Promise<Platform> {
  const [binaries, extensions, secrets, store, credentials] = await Promise.all([
    stageBinaries(home.binaries),
    Extensions.open(home),
    loadSecrets(home.secretsFile, currentUserName()),
    Store.open(home.records),
    Credentials.open(home.credentialsFile),
  ]);
  const userName = secrets.user_name;
  const identities = new Identities(home);
  const computes = new Computes({
    home,
    binaries,
    extensions,
    secrets,
    userName,
    store,
    credentials,
    identities,
    maxComputes: settings.max_computes,
    suspendSeconds: settings.suspend_seconds,
    report,
  });
  return {
    home,
    limits: settings,
    userName,
    binaries,
    extensions,
    secrets,
    store,
    computes,
    credentials,
    identities,
    operations: new Operations(report),
    copies: new PQueue({ concurrency: availableParallelism() }),
  };
}

/** Removes what is overdue, periodically; rounds never overlap. */
function sweep(platform: Platform, afterwards: () => void): NodeJS.Timeout {
  let isBusy = false;
  return setInterval(() => {
    if (isBusy) return;
    isBusy = true;
    Promise.all([purgeOverdue(platform), keepReserve()])
      .catch((error) => report(`cannot tidy up: ${getMessage(error)}`))
      .finally(() => {
        isBusy = false;
        afterwards();
      });
  }, sweepSeconds * 1000);
}

interface Running {
  server: Server;
  port: number;
  sweeper: NodeJS.Timeout;
}

async function shutDown(platform: Platform, { server, port, sweeper }: Running): Promise<void> {
  clearInterval(sweeper);
  // If the disk is full, a command may still try this daemon, and finds that it is gone.
  await publishConnection(platform.home, port, true).catch((error) => report(getMessage(error)));
  server.close();
  await platform.operations.settled(patienceSeconds);
  await platform.computes.close();
  report("stopped");
  process.exit(0);
}

/** Listens on the previous port if it is free, so that settings made from `env` stay valid. */
async function listen(server: Server, wanted: number | undefined): Promise<number> {
  for (const port of wanted === undefined ? [0] : [wanted, 0]) {
    server.listen(port, "127.0.0.1");
    try {
      await once(server, "listening");
      break;
    } catch (error) {
      if (getCode(error) !== "EADDRINUSE" || port === 0) throw error;
    }
  }
  const address = server.address();
  if (address === null || typeof address === "string")
    throw new TypeError("a TCP server has a numeric address");
  return address.port;
}

async function loadToken(home: Home): Promise<string> {
  const known = await readFile(home.tokenFile, "utf8").catch(() => "");
  if (known !== "") return known;
  const token = makeSecret();
  await writeWhole(home.tokenFile, token);
  return token;
}

function tellStarter(text: string): void {
  try {
    writeSync(3, text);
    closeSync(3);
  } catch (error) {
    // No command started the daemon, or that command is gone.
    if (!["EBADF", "EPIPE"].includes(getCode(error) ?? "")) throw error;
  }
}

/** The log is standard error, which the starter sends to a file. */
function report(text: string): void {
  try {
    writeSync(2, `${new Date().toISOString()} [${process.pid}] ${text}\n`);
  } catch {
    // The disk is full. Going on matters more than logging.
  }
}
