import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type CommandSpec, runCommand } from "../../../src/runs/command/command.ts";
import { createRedactor } from "../../../src/runs/redaction/redact.ts";
import { identifyProcess } from "../../../src/utils/processes/process-identity.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";
import { isSkipped } from "../../support/vitest/skip.ts";

let commands = 0;

async function spec(script: string, change: Partial<CommandSpec> = {}): Promise<CommandSpec> {
  const logDirectory = await temporaryFolder();
  return {
    argv: [process.execPath, "-e", script, "$PLACE", `$\{PLACE}/x`, "$NOWHERE"],
    directory: logDirectory,
    environment: { PATH: process.env.PATH ?? "", PLACE: "/place", SECRET: "hunter2hunter2" },
    logDirectory,
    redactor: createRedactor(["hunter2hunter2"]),
    timeoutMs: 30_000,
    marker: `test-${process.pid}/${++commands}/`,
    watchdog: { watch: () => {}, release: () => {} },
    signal: new AbortController().signal,
    ...change,
  };
}

const log = ({ logDirectory }: CommandSpec, name = "stdout.log") =>
  readFile(join(logDirectory, name), "utf8");

const alive = async (pid: number) => (await identifyProcess(pid)) !== undefined;

test("passes the arguments and only the given environment, and returns the output", async () => {
  const command = await spec(
    "console.log(process.argv.slice(1), process.env.HOME); console.error('oops'); process.exit(3)",
  );
  expect(await runCommand(command)).toMatchObject({ exitCode: 3, stoppedBy: null });
  expect(await log(command)).toBe("[ '/place', '/place/x', '$NOWHERE' ] undefined\n");
  expect(await log(command, "stderr.log")).toBe("oops\n");
});

test("writes no secret to disk", async () => {
  const command = await spec(
    "process.stdout.write('hunter2'); setTimeout(() => console.log(process.env.SECRET.slice(7)), 50)",
  );
  await runCommand(command);
  expect(await log(command)).toBe("[redacted]\n");
});

test("names a program that does not exist", async () => {
  await expect(runCommand(await spec("", { argv: ["no-such-program"] }))).rejects.toMatchObject({
    code: "command_not_found",
    message: expect.stringContaining("no-such-program"),
  });
});

test("ends a command after its timeout, even if it ignores SIGTERM, and keeps its output", async () => {
  // A shell begins sooner than Node by far, so that the limit comes after it has begun on a busy machine, too.
  const command = await spec("", {
    argv: ["sh", "-c", "trap '' TERM; echo begun; while :; do sleep 1; done"],
    timeoutMs: 5_000,
  });
  expect(await runCommand(command)).toMatchObject({ exitCode: null, stoppedBy: "timeout" });
  expect(await log(command)).toBe("begun\n");
});

test("ends a cancelled command", async () => {
  const controller = new AbortController();
  onTestFinished(() => controller.abort());
  const command = await spec("console.log(process.pid, '.'); setInterval(() => {}, 1000)", {
    signal: controller.signal,
  });
  const running = runCommand(command);
  // The dot ends what might be the beginning of a secret, which is held back.
  await expect.poll(() => log(command).catch(() => "")).toMatch(/\d+ \./);
  controller.abort();
  expect(await running).toMatchObject({ stoppedBy: "cancel" });
  expect(await alive(Number.parseInt(await log(command), 10))).toBe(false);
});

test("ends grandchildren with their command", async () => {
  const command = await spec(
    `const { spawn } = require("node:child_process");
     const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit" });
     console.log(child.pid); child.unref(); process.exit(0);`,
  );
  expect(await runCommand(command)).toMatchObject({ exitCode: 0 });
  const pid = Number(await log(command));
  expect(pid).toBeGreaterThan(0);
  await expect.poll(() => alive(pid)).toBe(false);
});

test.skipIf(
  isSkipped(
    process.platform !== "linux",
    "processes that left their group are looked up in /proc, which only Linux has",
  ),
)("ends a process that left the command's group", async () => {
  const command = await spec(
    `const { spawn } = require("node:child_process");
     const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit", detached: true });
     console.log(child.pid); child.unref(); process.exit(0);`,
  );
  expect(await runCommand(command)).toMatchObject({ exitCode: 0 });
  const pid = Number(await log(command));
  expect(pid).toBeGreaterThan(0);
  await expect.poll(() => alive(pid)).toBe(false);
});

test.skipIf(
  isSkipped(
    process.platform !== "linux",
    "only on Linux can processes be found by a file that they inherited",
  ),
)("ends a process that left the command at once, and cleared its environment", async () => {
  const leave = "setsid env -i sh -c 'echo $$ > pid; exec sleep 60' > /dev/null 2>&1 &";
  const commands = await Promise.all(
    Array.from({ length: 8 }, () => spec("", { argv: ["sh", "-c", leave] })),
  );
  await Promise.all(commands.map(runCommand));
  const pids = await Promise.all(commands.map((each) => log(each, "pid").catch(() => "")));
  expect(await Promise.all(pids.filter((pid) => pid !== "").map((pid) => alive(Number(pid))))).not.toContain(
    true,
  );
});

test("ends a command that ignores SIGTERM, together with children and grandchildren that ignore it", async () => {
  const child = (depth: number): string =>
    `process.on("SIGTERM", () => {}); console.log(process.pid); setInterval(() => {}, 1000);
     ${depth === 0 ? "" : `require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(child(depth - 1))}], { stdio: "inherit", detached: ${depth === 1} });`}`;
  const controller = new AbortController();
  const command = await spec(child(2), { signal: controller.signal });
  const running = runCommand(command);
  const pids = async () => (await log(command).catch(() => "")).trim().split("\n").map(Number);
  await expect.poll(async () => (await pids()).length).toBe(3);
  controller.abort();
  expect(await running).toMatchObject({ stoppedBy: "cancel", exitCode: null });
  const survivors = await Promise.all((await pids()).map(alive));
  expect(survivors).toEqual([false, false, process.platform !== "linux"]);
});
