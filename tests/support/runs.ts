import { existsSync } from "node:fs";
import { appendFile, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import * as z from "zod";
import { runSchema } from "../../schemas/run.ts";
import { experimentPaths, runsDirectory } from "../../src/experiments/layout.ts";
import { readOutcomes } from "../../src/experiments/outcomes/outcomes.ts";
import { findWorker, listRuns } from "../../src/runs/journal/journal.ts";
import { identifyProcess } from "../../src/utils/processes/process-identity.ts";
import { readErrorCode } from "../../src/utils/read-error-code.ts";
import { script } from "./plans.ts";
import { startServer, uniqueFeature } from "./server.ts";

export const answerSchema = z.object({ ...runSchema.shape, next_step: z.string() });
export type RunAnswer = z.infer<typeof answerSchema>;
export type Server = Awaited<ReturnType<typeof startServer>>;

/** A server, and a feature with experiments to run. */
export async function prepareRun(
  plan: (workspace: string) => object,
  slugs: string[],
  env: Record<string, string> = {},
  given?: string,
) {
  const server = await startServer({ env, ...(given !== undefined && { workspace: given }) });
  const { workspace } = server;
  const feature_id = uniqueFeature();
  await server.writePlan(feature_id, plan(workspace));
  await server.call(z.unknown(), "create_experiments", {
    feature_id,
    experiments: slugs.map((experiment_slug) => ({ experiment_slug })),
  });
  onTestFinished(() => endWorkers(workspace));
  return {
    server,
    workspace,
    feature_id,
    start: (options: object = {}, by: Server = server) =>
      by.call(answerSchema, "run_experiments", { feature_id, ...options }),
    outcomes: (experiment_slug: string) => readOutcomes({ workspace, feature_id, experiment_slug }),
    artifact: (experiment_slug: string, name: string) =>
      readFile(
        join(experimentPaths({ workspace, feature_id, experiment_slug }).artifacts, "C1", name),
        "utf8",
      ),
    compare: () =>
      server.call(z.looseObject({ recommendation: z.string() }), "compare_experiments", { feature_id }),
  };
}

/** Waits until a run has ended, or until a condition holds. */
export async function waitFor(
  server: Server,
  run_id: string,
  isReached: (run: RunAnswer) => boolean = () => false,
): Promise<RunAnswer> {
  for (;;) {
    const run = await server.call(answerSchema, "wait_for_run", { run_id, wait_seconds: 20 });
    if (isReached(run) || !["queued", "running"].includes(run.state)) return run;
  }
}

/**
 * A suite that logs its start and its end to the workspace's file `notes`. In between it runs some JavaScript, which may
 * wait for a file with `gate(path)`.
 */
export function loggedScript(workspace: string, source = "") {
  return script(`
    const fs = require("node:fs");
    const { EXPERIMENT_SLUG: slug, EXPERIMENT_TAG: tag, CYCLE_ID: cycle } = process.env;
    const note = (what) => fs.appendFileSync(${JSON.stringify(join(workspace, "notes"))},
      [what, cycle, slug, tag, process.pid].join(" ") + "\\n");
    const gate = (path) => new Promise((resolve) => {
      const timer = setInterval(() => fs.existsSync(path) && resolve(clearInterval(timer)), 20);
    });
    note("start");
    (async () => { ${source} })().then(() => note("end"));`);
}

/** Returns what the suites wrote, oldest first. */
export async function readNotes(workspace: string) {
  const path = join(workspace, "notes");
  const lines = existsSync(path) ? (await readFile(path, "utf8")).trim().split("\n") : [];
  return lines.map((line) => {
    const [what = "", cycle = "", slug = "", tag = "", pid = ""] = line.split(" ");
    return { what, cycle, slug, tag, pid: Number(pid) };
  });
}

export async function countStarts(workspace: string, slug: string, tag: string): Promise<number> {
  const notes = await readNotes(workspace);
  return notes.filter((note) => note.what === "start" && note.slug === slug && note.tag === tag).length;
}

/** Waits until a suite has started, and returns its pid. */
export async function findSuitePid(workspace: string, slug: string, tag: string): Promise<number> {
  const begun = async () =>
    (await readNotes(workspace)).findLast((note) => note.slug === slug && note.tag === tag)?.pid ?? 0;
  await expect.poll(begun).toBeGreaterThan(0);
  return begun();
}

export const openGate = (path: string) => appendFile(path, "");

export const isAlive = async (pid: number) => (await identifyProcess(pid)) !== undefined;

export async function findWorkerPid(workspace: string, runId: string): Promise<number> {
  const worker = await findWorker(workspace, runId);
  if (worker === undefined) throw new Error(`${runId} has no worker`);
  return worker.pid;
}

/** Finds our processes that serve a run: its worker and its watchdog. Linux only. */
export async function findProcesses(runId: string): Promise<{ pid: number; role: string }[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
      // A worker that was started before its run has its command line in one piece.
      const [role, id] = command
        .split(/[\0 ]/)
        .filter((word) => word !== "")
        .slice(-2);
      return id === runId && role !== undefined ? [{ pid: Number(pid), role }] : [];
    }),
  );
  return found.flat();
}

/**
 * Lists every pid whose environment names a run of this workspace: what a command started and nothing ended. Linux
 * only.
 */
export async function strayProcesses(workspace: string): Promise<string[]> {
  const ids = existsSync(runsDirectory(workspace)) ? await readdir(runsDirectory(workspace)) : [];
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, "latin1").catch(() => "");
      return ids.some((id) => id.startsWith("run-") && environment.includes(`MARKER=${id}/`)) ? [pid] : [];
    }),
  );
  return found.flat();
}

/** Ensures that a failed test leaves nothing running. */
export async function endWorkers(workspace: string): Promise<void> {
  for (const { run_id } of await listRuns(workspace)) {
    const worker = await findWorker(workspace, run_id);
    if (worker !== undefined) kill(worker.pid);
  }
}

/** Kills a process, unless it has already ended. */
export function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (readErrorCode(error) !== "ESRCH") throw error;
  }
}
