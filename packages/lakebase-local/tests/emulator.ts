import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import PQueue from "p-queue";
import { afterAll, beforeAll, onTestFinished } from "vitest";
import { Operations } from "../src/api/operations.ts";
import type { Limits, Platform } from "../src/api/platform.ts";
import { makeProject } from "../src/api/projects/new-project.ts";
import type { BranchRecord, ProjectRecord } from "../src/api/records.ts";
import { Credentials } from "../src/api/roles/credentials.ts";
import { branchName, Store } from "../src/api/store.ts";
import { runPostgres } from "../src/cli/postgres.ts";
import { Computes } from "../src/computes/computes.ts";
import { publishConnection } from "../src/connection.ts";
import { createApiServer } from "../src/daemon/server.ts";
import { Extensions } from "../src/extensions/extensions.ts";
import { findHome, type Home } from "../src/home.ts";
import { Identities } from "../src/tls/identities.ts";

const userName = "tester@lakebase.local";
const secrets = { user_name: userName, admin: "admin", identity: "identity" };
/** Never started: what these tests ask of the API wakes no server. */
const binaries = { version: "18.4.0", initdb: "/nowhere/initdb", postgres: "/nowhere/postgres" };
const standard: Limits = {
  max_ttl_seconds: 30 * 86_400,
  deleted_seconds: 3600,
  max_branches: 500,
  max_computes: 20,
  min_free_bytes: 1,
};

/** A daemon inside of the test's process, with the project `local`, whose branches have records but no data. */
export interface Emulator {
  home: Home;
  platform: Platform;
  project: ProjectRecord;
  production: BranchRecord;
  /** Writes the record of a branch that was taken from another one. */
  addBranch(id: string, fields?: Partial<BranchRecord>, source?: BranchRecord): Promise<BranchRecord>;
  /** Runs a command to its end. @returns what it prints @throws what it fails with */
  run(...words: string[]): Promise<string>;
  /** Runs a command and reads what it prints. */
  json(...words: string[]): Promise<unknown>;
}

/** @param onEnd registers what is to be done when the emulator is no longer needed */
export async function openEmulator(
  limits: Partial<Limits> = {},
  onEnd: (cleanUp: () => Promise<void>) => void = onTestFinished,
): Promise<Emulator> {
  const folder = await mkdtemp(join(tmpdir(), "lakebase-test-"));
  onEnd(() => rm(folder, { recursive: true, force: true, maxRetries: 20 }));
  const home = findHome({ LAKEBASE_LOCAL_HOME: folder });
  // No server is started, so it need not be reached by the account that would run it.
  for (const path of [home.leases, home.records, home.logs, home.data, home.binaries]) await mkdir(path);
  const platform = await openPlatform(home, { ...standard, ...limits });
  onEnd(() => platform.computes.close());
  const { project, branch: production } = makeProject(platform, "local", {});
  await platform.store.saveBranch(production);
  await platform.store.saveProject(project);
  const server = createApiServer({
    platform,
    token: "token",
    onRequest: () => {},
    report: () => {},
    verbs: {
      status: () => ({}),
      stop: () => ({}),
      collectGarbage: async () => ({}),
      addExtensions: async () => ({}),
      authority: async () => ({}),
    },
  });
  await serve(home, server, onEnd);
  const run = (...words: string[]) => runPostgres(home, words);
  return {
    home,
    platform,
    project,
    production,
    addBranch: async (id, fields = {}, source = production) => {
      // Lists are in order of creation.
      const now = new Date(Date.parse(source.create_time) + 1).toISOString();
      const branch: BranchRecord = {
        ...production,
        branch_id: id,
        uid: `br-calm-lake-${id}`,
        create_time: now,
        source: { uid: source.uid, name: branchName(project, source), lsn: "0/1", time: now },
        endpoints: production.endpoints.map((endpoint) => ({ ...endpoint, uid: `ep-calm-lake-${id}` })),
        ...fields,
      };
      await platform.store.saveBranch(branch);
      return branch;
    },
    run,
    json: async (...words) => JSON.parse(await run(...words)),
  };
}

/**
 * One emulator for all tests of a suite, none of which may change anything.
 * @param prepare sets the scene
 */
export function useEmulator(prepare: (emulator: Emulator) => Promise<unknown> = async () => {}) {
  const cleanUps: (() => Promise<void>)[] = [];
  let emulator: Emulator | undefined;
  beforeAll(async () => {
    emulator = await openEmulator({ max_branches: 4 }, (cleanUp) => cleanUps.unshift(cleanUp));
    await prepare(emulator);
  });
  afterAll(async () => {
    for (const cleanUp of cleanUps) await cleanUp();
  });
  return (): Emulator => {
    if (emulator === undefined) throw new Error("The emulator is not there yet.");
    return emulator;
  };
}

/** Serves commands of a state directory from here: they find this process where a daemon would be. */
export async function serve(
  home: Home,
  server: Server,
  onEnd: (cleanUp: () => Promise<void>) => void = onTestFinished,
): Promise<void> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onEnd(async () => {
    const closed = once(server, "close");
    server.close();
    await closed;
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  await writeFile(home.tokenFile, "token");
  await publishConnection(home, address.port, false);
}

async function openPlatform(home: Home, limits: Limits): Promise<Platform> {
  const extensions = await Extensions.open(home);
  const store = await Store.open(home.records);
  const credentials = await Credentials.open(home.credentialsFile);
  const identities = new Identities(home);
  const report = () => {};
  const shared = { home, binaries, extensions, secrets, userName, store, credentials, identities };
  const computes = new Computes({
    ...shared,
    maxComputes: limits.max_computes,
    suspendSeconds: undefined,
    report,
  });
  const copies = new PQueue({ concurrency: 1 });
  return { ...shared, limits, computes, operations: new Operations(report), copies };
}
