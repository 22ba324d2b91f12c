import { readFile, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { apiBase, type Flag } from "../commands.ts";
import { findDaemon } from "../connection.ts";
import { findHolder } from "../daemon/lease.ts";
import { endOrphansWithoutDaemon } from "../daemon/orphans.ts";
import { readText } from "../fields.ts";
import { exists, type Home } from "../home.ts";
import { LocalError } from "../local-error.ts";
import { hasEnded } from "../process.ts";
import { version } from "../version.ts";
import { type Arguments, isOn, parseArguments, UsageError } from "./arguments.ts";
import { call, callIfRunning } from "./client.ts";
import { encodePath } from "./paths.ts";
import { render } from "./render.ts";
import { connectionUrl } from "./url.ts";
import { programUsage } from "./usage.ts";

type Verb = (home: Home, given: Arguments) => Promise<string>;

const stopSeconds = 60;

const verbs: Record<string, Verb> = {
  start: async (home) => render(await call(home, { method: "GET", path: "/local/status" })),
  status: async (home) => {
    const status = await callIfRunning(home, { method: "GET", path: "/local/status" });
    return render(status ?? { state: "stopped", home: home.root });
  },
  stop: async (home) => {
    await stopDaemon(home);
    return render({ state: "stopped", home: home.root });
  },
  env: async (home, given) => {
    await call(home, { method: "GET", path: "/local/status" });
    const port = (await findDaemon(home))?.port;
    const variables = {
      DATABRICKS_HOST: `http://127.0.0.1:${port}`,
      DATABRICKS_TOKEN: (await readFile(home.tokenFile, "utf8")).trim(),
    };
    if (given.flags.get("output") === "json") return render(variables);
    return Object.entries(variables)
      .map(([name, value]) => `export ${name}=${value}\n`)
      .join("");
  },
  url: async (home, { positionals: [branch] }) => {
    if (branch === undefined) throw new UsageError("accepts 1 arg(s), received 0", programUsage);
    return `${await connectionUrl(home, branch)}\n`;
  },
  logs: async (home, { positionals: [branch] }) => {
    const file =
      branch === undefined ? home.daemonLog : join(home.logs, `${await findUid(home, branch)}.log`);
    if (!(await exists(file)))
      throw new LocalError(`there is no log at ${file}`, { hint: "Nothing has run yet." });
    return readFile(file, "utf8");
  },
  ca: async (home) => {
    const answer = await call(home, { method: "GET", path: "/local/ca" });
    return `${readText(answer, "file")}\n`;
  },
  extensions: async (home, { positionals: [what, folder] }) => {
    if (what !== "add" || folder === undefined)
      throw new UsageError("extensions expects 'add DIR'", programUsage);
    const body = { folder: resolve(folder) };
    return render(await call(home, { method: "POST", path: "/local/extensions", body }));
  },
  gc: async (home) => render(await call(home, { method: "POST", path: "/local/gc" })),
  reset: async (home, given) => {
    if (!isOn(given.flags.get("yes"))) {
      throw new LocalError(`reset deletes ${home.root} with all branches and their data`, {
        hint: "Add --yes to confirm.",
      });
    }
    await stopDaemon(home);
    await removeState(home);
    return render({ state: "removed", home: home.root });
  },
  version: async (_home, given) => {
    if (given.flags.get("output") !== "json") return `lakebase-local v${version}\n`;
    const [Major, Minor, Patch] = version.split(".").map(Number);
    return render({ ProjectName: "lakebase-local", Version: version, Major, Minor, Patch });
  },
  "current-user": async (home, { positionals: [what] }) => {
    if (what !== "me")
      throw new UsageError(`unknown command "${what ?? ""}" for "lakebase-local current-user"`, programUsage);
    return render(await call(home, { method: "GET", path: "/api/2.0/preview/scim/v2/Me" }));
  },
  auth: async (home, { positionals: [what] }) => {
    if (what !== "describe")
      throw new UsageError(`unknown command "${what ?? ""}" for "lakebase-local auth"`, programUsage);
    const me = await call(home, { method: "GET", path: "/api/2.0/preview/scim/v2/Me" });
    const host = `http://127.0.0.1:${(await findDaemon(home))?.port}`;
    return render({
      status: "success",
      username: readText(me, "userName"),
      details: { host, auth_type: "pat", configuration: {} },
    });
  },
};

/**
 * Runs a command that is not one of `postgres`.
 * @throws UsageError when there is none by that name.
 */
export async function runVerb(home: Home, name: string, words: string[]): Promise<string> {
  const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (!verb) throw new UsageError(`unknown command "${name}" for "lakebase-local"`, programUsage);
  const flags: Flag[] = name === "reset" ? [{ name: "yes", kind: "bool" }] : [];
  const given = parseArguments(words, flags, programUsage);
  return isOn(given.flags.get("help")) ? programUsage : verb(home, given);
}

async function findUid(home: Home, branch: string): Promise<string> {
  const name = branch.includes("/") ? branch : `projects/local/branches/${branch}`;
  const found = await call(home, { method: "GET", path: `${apiBase}/${encodePath(name)}` });
  return readText(found, "uid");
}

/** Ends the daemon and every server, and waits until they are gone; also after the daemon was killed. */
async function stopDaemon(home: Home): Promise<void> {
  const deadline = performance.now() + stopSeconds * 1000;
  for (;;) {
    const pid = await findHolder(home.leases);
    if (pid === undefined) break;
    // One that is still starting is not to be found yet.
    await callIfRunning(home, { method: "POST", path: "/local/stop" });
    if (!(await hasEnded(pid, 1)) && performance.now() > deadline) {
      throw new LocalError(`the daemon (pid ${pid}) did not exit`, {
        hint: `See 'lakebase-local logs', or kill it: kill -9 ${pid}`,
      });
    }
  }
  await endOrphansWithoutDaemon(home);
}

/** Only what lakebase-local made goes; other files in the folder stay. */
async function removeState(home: Home): Promise<void> {
  const ours = [home.data, home.records, home.binaries, home.logs, home.leases, home.extensions];
  const files = [
    home.daemonFile,
    home.tokenFile,
    home.secretsFile,
    home.credentialsFile,
    home.caFile,
    home.caKeyFile,
    home.reserveFile,
    home.extensionsFile,
  ];
  for (const path of [...ours, ...files]) await rm(path, { recursive: true, force: true, maxRetries: 10 });
}
