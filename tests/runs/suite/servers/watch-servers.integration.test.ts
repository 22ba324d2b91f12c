import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { expect, onTestFinished, test } from "vitest";
import { makeMarker, markerVariable } from "../../../../src/runs/command/marker.ts";
import { withPorts } from "../../../../src/runs/cycle/ports.ts";
import { watchServers } from "../../../../src/runs/suite/servers/watch-servers.ts";
import { temporaryFolder } from "../../../support/machine/temporary.ts";

// Others run the same tests on this machine.
const run = `run-${randomUUID()}`;

/** Starts a process of a suite that prints a line once it is ready. */
async function startMarked(
  experiment: string,
  source: string,
  { program = process.execPath, cwd }: { program?: string; cwd?: string } = {},
): Promise<string> {
  const process_ = execa(program, ["-e", source], {
    ...(cwd !== undefined && { cwd }),
    env: { [markerVariable]: makeMarker(run, experiment, "api") },
    reject: false,
  });
  onTestFinished(() => void process_.kill("SIGKILL"));
  return String((await once(process_.stdout, "data"))[0]).trim();
}

const isOfRun = (marker: string) => marker.startsWith(run);
const serve = `const server = require("node:net").createServer(() => {});
  server.listen(0, "127.0.0.1", () => console.log(server.address().port));`;
const connect = (port: string) =>
  `const client = require("node:net").connect(${port}, "127.0.0.1", () => console.log("connected"));
  client.on("error", () => {});`;

test.runIf(process.platform === "linux")(
  "refuses results from another experiment's server, but not from the suite's own",
  async () => {
    const port = await startMarked("exp-a", serve);
    const own = watchServers({ owner: makeMarker(run, "exp-a") });
    const other = watchServers({ owner: makeMarker(run, "exp-b") });
    onTestFinished(() => [own, other].forEach((watch) => void watch.end()));
    await startMarked("exp-a", connect(port));
    await startMarked("exp-b", connect(port));

    await expect
      .poll(() => findRefusal(other))
      .toMatchObject({
        code: "server_foreign",
        message: expect.stringContaining(`exp-a had started on port ${port}`),
      });
    expect(findRefusal(own)).toBeUndefined();
  },
);

test.runIf(process.platform === "linux")(
  "refuses results from another branch's database, but not from the suite's own",
  async () => {
    const listen = `const { createServer } = require("node:net");
      const own = createServer(() => {}).listen(0, "127.9.8.7", () => {
        const { port } = own.address();
        createServer(() => {}).listen(port, "127.9.8.6", () => console.log(port));
      });`;
    const daemon = execa(process.execPath, ["-e", listen], { reject: false });
    onTestFinished(() => void daemon.kill("SIGKILL"));
    const port = String((await once(daemon.stdout, "data"))[0]).trim();
    const open = (host: string) => connect(port).replace("127.0.0.1", host);
    const watches = ["exp-a", "exp-b"].map((experiment) =>
      watchServers({
        owner: makeMarker(run, experiment),
        database: { host: "127.9.8.7", port: Number(port) },
      }),
    );
    onTestFinished(() => watches.forEach((watch) => void watch.end()));
    const [own, other] = watches;
    await startMarked("exp-a", open("127.9.8.7"));
    await startMarked("exp-b", open("127.9.8.6"));

    await expect
      .poll(() => other && findRefusal(other))
      .toMatchObject({
        code: "database_foreign",
        message: expect.stringContaining(`another branch, at 127.9.8.6, port ${port}`),
      });
    expect(own && findRefusal(own)).toBeUndefined();
  },
);

test.runIf(process.platform === "linux")(
  "refuses results from a server that runs another checkout's code, but not from others",
  async () => {
    const [main, elsewhere] = [await temporaryFolder(), await temporaryFolder()];
    const ports = await Promise.all(
      [main, elsewhere].map(async (cwd) => {
        const server = execa(process.execPath, ["-e", serve], { cwd, reject: false });
        onTestFinished(() => void server.kill("SIGKILL"));
        return String((await once(server.stdout, "data"))[0]).trim();
      }),
    );
    const watches = ["exp-a", "exp-b"].map((experiment) =>
      watchServers({ owner: makeMarker(run, experiment), listForeign: async () => [main] }),
    );
    onTestFinished(() => watches.forEach((watch) => void watch.end()));
    const [a, b] = watches;
    await startMarked("exp-b", connect(ports[1] ?? ""));
    await startMarked("exp-a", connect(ports[0] ?? ""));
    await expect
      .poll(() => a && findRefusal(a))
      .toMatchObject({ code: "server_foreign", message: expect.stringContaining(`runs in ${main}`) });
    expect(b && findRefusal(b)).toBeUndefined();
  },
);

test.runIf(process.platform === "linux")(
  "refuses the results of a suite without a server while another experiment's has one on a fixed port",
  () =>
    withPorts(1, AbortSignal.timeout(60_000), async ([port]) => {
      const worktree = await temporaryFolder();
      const listForeign = async () => [worktree];
      const [a, b, c] = ["exp-a", "exp-b", "exp-c"].map((experiment) =>
        watchServers({ owner: makeMarker(run, experiment), isSame: isOfRun, listForeign }),
      );
      onTestFinished(() => [a, b, c].forEach((watch) => void watch?.end()));
      await startMarked("exp-a", serve.replace("listen(0", `listen(${port}`), { cwd: worktree });
      await expect
        .poll(() => b && findRefusal(b))
        .toMatchObject({
          code: "server_foreign",
          message: expect.stringContaining(`while exp-a ran one for the same suite on port ${port}`),
        });
      expect(a && findRefusal(a)).toBeUndefined();
      // It had only not started its own yet.
      await startMarked("exp-c", serve);
      await expect.poll(() => c && findRefusal(c)).toBeUndefined();
    }),
);

test.runIf(process.platform === "linux")(
  "counts a suite without a server while another experiment's has a cache or a database",
  () =>
    withPorts(2, AbortSignal.timeout(60_000), async ([port, code]) => {
      const worktree = await temporaryFolder();
      const cache = join(await temporaryFolder(), "cache-server");
      await copyFile(process.execPath, cache);
      const watch = watchServers({
        owner: makeMarker(run, "exp-b"),
        isSame: isOfRun,
        listForeign: async () => [worktree],
      });
      onTestFinished(watch.end);
      await startMarked("exp-a", serve.replace("listen(0", `listen(${port}`), {
        program: cache,
        cwd: worktree,
      });
      // Both are there when the second is found.
      await startMarked("exp-a", serve.replace("listen(0", `listen(${code}`), { cwd: worktree });
      await expect
        .poll(() => findRefusal(watch))
        .toMatchObject({ message: expect.stringContaining(`on port ${code}`) });
    }),
);

test.runIf(process.platform === "linux")(
  "finds a Postgres that a suite is connected to instead of its branch, but not beside it",
  async () => {
    const postgres = join(await temporaryFolder(), "postgres");
    await copyFile(process.execPath, postgres);
    const server = execa(postgres, ["-e", serve], { reject: false });
    onTestFinished(() => void server.kill("SIGKILL"));
    const plain = String((await once(server.stdout, "data"))[0]).trim();
    const branch = execa(process.execPath, ["-e", serve.replace("127.0.0.1", "127.9.8.5")], {
      reject: false,
    });
    onTestFinished(() => void branch.kill("SIGKILL"));
    const port = String((await once(branch.stdout, "data"))[0]).trim();
    const watches = ["exp-a", "exp-b", "exp-c"].map((experiment) =>
      watchServers({
        owner: makeMarker(run, experiment),
        database: { host: "127.9.8.5", port: Number(port) },
      }),
    );
    onTestFinished(() => watches.forEach((watch) => void watch.end()));
    const [a, b, c] = watches;
    const toBranch = connect(port).replace("127.0.0.1", "127.9.8.5");
    await startMarked("exp-c", connect(await startMarked("exp-c", serve)));
    await startMarked("exp-b", toBranch);
    await startMarked("exp-b", connect(plain));
    await startMarked("exp-a", connect(plain));
    await expect.poll(() => a?.findPlainDatabase()).toBe(Number(plain));
    expect([b, c].map((watch) => watch?.findPlainDatabase())).toEqual([undefined, undefined]);
    expect(watches.map(findRefusal)).toEqual([undefined, undefined, undefined]);
    await startMarked("exp-a", toBranch);
    await expect.poll(() => a?.findPlainDatabase()).toBeUndefined();
  },
);

function findRefusal(watch: ReturnType<typeof watchServers>): unknown {
  try {
    watch.refuseMet();
    return undefined;
  } catch (error) {
    return error;
  }
}
