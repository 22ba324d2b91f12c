import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { identifyProcess } from "../../src/utils/processes/process-identity.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";

/** A Lakebase CLI that never answers, with a child of its own; it tells their pids. */
const hangingCli = `#!/bin/sh
sleep 600 &
echo "$$ $!" > "$PIDS.part" && mv "$PIDS.part" "$PIDS"
wait
`;

/** The built server in the middle of a call that waits for the CLI. */
async function startBusyServer() {
  const folder = await temporaryFolder();
  const [cli, pids] = [join(folder, "cli"), join(folder, "pids")];
  await writeFile(cli, hangingCli);
  await chmod(cli, 0o755);
  const env = { ...process.env, LAKEBASE_WORKSPACE: folder, LAKEBASE_CLI: cli, PIDS: pids };
  const child = spawn(process.execPath, ["dist/main.js"], { env, stdio: ["pipe", "pipe", "ignore"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const clientInfo = { name: "tests", version: "1" };
  const hello = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo };
  const send = (message: object) => child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  send({ id: 0, method: "initialize", params: hello });
  await once(child.stdout, "data");
  send({ id: 1, method: "tools/call", params: { name: "check_setup", arguments: {} } });
  const read = () => readFile(pids, "utf8").catch(() => "");
  await expect.poll(read).toMatch(/^\d+ \d+\n$/);
  const children = (await read()).trim().split(" ").map(Number);
  onTestFinished(async () => {
    for (const pid of children) if ((await identifyProcess(pid)) !== undefined) process.kill(pid, "SIGKILL");
  });
  return { child, send, children };
}

type Busy = Awaited<ReturnType<typeof startBusyServer>>;

const ways: [string, (busy: Busy) => void][] = [
  ["its stdin ends", ({ child }) => void child.stdin.end()],
  [
    "nobody reads its stdout",
    ({ child, send }) => {
      child.stdout.destroy();
      // It finds out with the next answer.
      send({ id: 2, method: "ping" });
    },
  ],
  ...["SIGINT", "SIGTERM", "SIGHUP"].map((signal): [string, (busy: Busy) => void] => [
    `${signal} comes`,
    ({ child }) => void process.kill(child.pid ?? 0, signal),
  ]),
];

test.each(ways)("the server ends when %s, and leaves no process behind", async (_what, end) => {
  const busy = await startBusyServer();
  const ended = once(busy.child, "exit");
  end(busy);
  expect(await ended).toEqual([0, null]);
  const alive = () => Promise.all(busy.children.map(identifyProcess));
  await expect.poll(alive).toEqual([undefined, undefined]);
});
