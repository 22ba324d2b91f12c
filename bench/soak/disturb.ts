import { appendFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import type { SoakEnvironment } from "./environment.ts";
import { findProcesses, type Role } from "./processes.ts";

/** What happens to a run. */
export type Disturbance = (
  environment: SoakEnvironment,
  runId: string,
  random: () => number,
) => Promise<unknown>;

const kill =
  (...roles: Role[]): Disturbance =>
  async ({ folder }) => {
    for (const { pid } of findProcesses(folder).filter(({ role }) => roles.includes(role)))
      signal(pid, "SIGKILL");
  };

const stopAndContinue =
  (role: Role): Disturbance =>
  async ({ folder }, _runId, random) => {
    const stopped = findProcesses(folder).filter((each) => each.role === role);
    for (const { pid } of stopped) signal(pid, "SIGSTOP");
    await sleep(500 + random() * 2_000);
    for (const { pid } of stopped) signal(pid, "SIGCONT");
  };

const cancel: Disturbance = (environment, run_id) => environment.call(z.unknown(), "cancel_run", { run_id });

const fillDisk: Disturbance = async ({ disk, hasDisk }, _runId, random) => {
  if (!hasDisk) return;
  const filling = join(disk, "filling");
  for (const bytes of [2 ** 20, 2 ** 12]) fill(filling, bytes);
  await sleep(500 + random() * 1_500);
  rmSync(filling);
};

/** Shifts the clock by at most a minute in either direction; it stays where it ends up. */
const setClock: Disturbance = async ({ clock }, _runId, random) => {
  for (let jump = 0; jump < 3; jump += 1) {
    writeWhole(clock, String(Math.round((random() - 0.5) * 120_000)));
    await sleep(500);
  }
};

function writeWhole(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

function fill(path: string, bytes: number): void {
  try {
    for (;;) appendFileSync(path, Buffer.alloc(bytes));
  } catch {
    // The disk is full, as intended.
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended on its own.
  }
}

export const disturbances: Record<string, Disturbance> = {
  nothing: async () => {},
  "kill server": kill("server"),
  "kill worker": kill("worker"),
  "kill watchdog": kill("watchdog"),
  "kill worker and watchdog": kill("worker", "watchdog"),
  "kill daemon": kill("daemon"),
  "kill postmasters": kill("postmaster"),
  "kill all": kill("server", "worker", "watchdog", "daemon", "postmaster"),
  "stop and continue worker": stopAndContinue("worker"),
  "stop and continue daemon": stopAndContinue("daemon"),
  "stop and continue postmasters": stopAndContinue("postmaster"),
  cancel,
  "fill disk": fillDisk,
  "set clock": setClock,
};
