import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import timers from "node:timers/promises";
import { type Connection, findDaemon } from "../connection.ts";
import { findHolder } from "../daemon/lease.ts";
import { type Home, prepareHome } from "../home.ts";
import { LocalError } from "../local-error.ts";
import { openLog } from "../log-file.ts";

const startSeconds = 120;

/**
 * Makes sure that a daemon runs and answers. However many commands do this at once, only one daemon starts.
 * @throws LocalError with the reason why it does not start.
 */
export async function startDaemon(home: Home): Promise<Connection> {
  await prepareHome(home);
  const deadline = performance.now() + startSeconds * 1000;
  while (performance.now() < deadline) {
    const holder = await findHolder(home.leases);
    const connection = await findDaemon(home);
    // The published connection may still be the previous daemon's.
    if (connection && connection.pid === holder) return connection;
    if (holder === undefined) await launch(home);
    else await timers.setTimeout(20);
  }
  throw new LocalError(`the daemon did not answer within ${startSeconds} s`, {
    hint: "See 'lakebase-local logs', then try 'lakebase-local stop'.",
  });
}

/** Starts a daemon in its own session and waits until it reports. */
async function launch(home: Home): Promise<void> {
  await mkdir(home.logs, { recursive: true, mode: 0o700 });
  const log = await openLog(home.daemonLog);
  try {
    const script = process.argv[1] ?? "";
    const child = spawn(process.execPath, [script, "daemon"], {
      cwd: "/",
      detached: true,
      env: { ...process.env, LAKEBASE_LOCAL_HOME: home.root },
      stdio: ["ignore", log.fd, log.fd, "pipe"],
    });
    const word = child.stdio[3];
    if (!word || !("setEncoding" in word)) throw new TypeError("the child has a pipe");
    let text = "";
    word.setEncoding("utf8").on("data", (chunk) => {
      text += chunk;
    });
    await Promise.race([once(word, "close"), once(child, "error").then(([error]) => Promise.reject(error))]);
    child.unref();
    if (text === "ready" || text === "held") return;
    throw new Error(text || "the daemon ended before it could serve; see 'lakebase-local logs'");
  } finally {
    await log.close();
  }
}
