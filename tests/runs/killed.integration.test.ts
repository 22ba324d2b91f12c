import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { listRuns } from "../../src/runs/journal/journal.ts";
import { findLogs } from "../../src/runs/journal/work.ts";
import {
  answerSchema,
  countStarts,
  findProcesses,
  findSuitePid,
  findWorkerPid,
  isAlive,
  kill,
  loggedScript,
  openGate,
  prepareRun,
  readNotes,
  strayProcesses,
  waitFor,
} from "../support/runs.ts";
import { startServer } from "../support/server.ts";
import { isSkipped } from "../support/vitest/skip.ts";

/** NIGHTLY=1 runs many more rounds. */
const rounds = process.env.NIGHTLY === undefined ? 2 : 40;
const slow = 300_000 + rounds * 60_000;

const linux = test.skipIf(
  isSkipped(
    process.platform !== "linux",
    "processes that a killed run leaves are looked up in /proc, which only Linux has",
  ),
);

/** What a run's suite has printed so far, as far as it is on disk. */
async function readLog(workspace: string, run_id: string, tag: string): Promise<string> {
  const suite = (await findLogs(workspace, run_id)).find(({ folder }) => folder === tag);
  return readFile(join(suite?.directory ?? "", "stdout.log"), "utf8").catch(() => "");
}

linux(
  "loses no result and leaves no process when the server is killed at any moment",
  { timeout: slow },
  async () => {
    const feature = await prepareRun(
      (workspace) => ({ suites: { api: loggedScript(workspace), e2e: loggedScript(workspace) } }),
      ["exp-a", "exp-b"],
    );
    const { workspace, feature_id } = feature;
    /** The run of a cycle. Where the server was killed before the worker was on its way, the call is made again. */
    const findOrStart = async (cycle_id: string): Promise<string> => {
      const [last] = await listRuns(workspace, feature_id);
      if (last?.cycle_id === cycle_id && last.state !== "interrupted") return last.run_id;
      const started = await feature.start().catch(String);
      if (typeof started !== "string") return started.run_id;
      // The worker came after we looked.
      expect(started).toContain("experiment_busy");
      return findOrStart(cycle_id);
    };
    for (let round = 1; round <= rounds; round++) {
      const victim = await startServer({ workspace });
      const call = victim.call(answerSchema, "run_experiments", { feature_id }).catch(() => undefined);
      await sleep(Math.random() * 1_500);
      kill(victim.pid ?? 0);
      await call;
      const run_id = await findOrStart(`C${round}`);
      const run = await waitFor(feature.server, run_id);
      expect(run).toMatchObject({ state: "finished", cycle_id: `C${round}` });
      for (const { status, by_tag } of run.results) {
        expect({ status, by_tag }).toEqual({
          status: "succeeded",
          by_tag: { api: { passed: 1, failed: 0 }, e2e: { passed: 1, failed: 0 } },
        });
      }
      await expect.poll(() => findProcesses(run_id)).toEqual([]);
    }
    expect(await countStarts(workspace, "exp-a", "e2e")).toBe(rounds);
    expect(await countStarts(workspace, "exp-b", "api")).toBe(rounds);
    expect(await strayProcesses(workspace)).toEqual([]);
  },
);

linux(
  "finishes the cycle in the next run when the worker is killed at any moment",
  { timeout: slow },
  async () => {
    const feature = await prepareRun(
      (workspace) => ({ suites: { api: loggedScript(workspace), e2e: loggedScript(workspace) } }),
      ["exp-a", "exp-b"],
    );
    const { workspace } = feature;
    for (let round = 1; round <= rounds; round++) {
      let run = await feature.start();
      await sleep(Math.random() * 3_000);
      const worker = (await findProcesses(run.run_id)).find(({ role }) => role === "worker");
      if (worker !== undefined) kill(worker.pid);
      run = await waitFor(feature.server, run.run_id);
      if (run.state === "interrupted") run = await waitFor(feature.server, (await feature.start()).run_id);
      expect(run).toMatchObject({ state: "finished", cycle_id: `C${round}` });
      expect(run.results.map(({ status }) => status)).toEqual(["succeeded", "succeeded"]);
      await expect.poll(() => strayProcesses(workspace)).toEqual([]);
    }
    const ends = (await readNotes(workspace)).filter(({ what }) => what === "end");
    const cycles = new Set(ends.map(({ cycle, slug, tag }) => `${cycle} ${slug} ${tag}`));
    expect(cycles.size).toBe(rounds * 4);
    // At most the suite that was under way in each experiment is run once more.
    expect(ends.length).toBeLessThanOrEqual(rounds * 6);
  },
);

linux("ends a killed worker's commands, keeps their files, and repeats only unfinished work", async () => {
  const feature = await prepareRun(
    (workspace) => ({
      suites: {
        api: loggedScript(workspace),
        e2e: loggedScript(
          workspace,
          `fs.writeFileSync(process.env.ARTIFACTS_DIR + "/partial.txt", "so far " + process.env.PGPASSWORD);
           console.log("url", process.env.DATABASE_URL); await gate("${join(workspace, "gate")}");`,
        ),
        infra: loggedScript(workspace),
      },
    }),
    ["exp-a"],
  );
  const { workspace, server } = feature;
  const first = await feature.start();
  const suite = await findSuitePid(workspace, "exp-a", "e2e");
  // What the suite said is on disk: the worker reads it from a pipe, and takes what it has not written along.
  await expect.poll(() => readLog(workspace, first.run_id, "e2e")).toBe("url [redacted]\n");
  kill(await findWorkerPid(workspace, first.run_id));

  const interrupted = await waitFor(server, first.run_id);
  expect(interrupted).toMatchObject({ state: "interrupted", results: [{ status: "stopped" }] });
  await expect.poll(() => isAlive(suite)).toBe(false);
  await expect.poll(() => findProcesses(first.run_id)).toEqual([]);
  expect(await feature.artifact("exp-a", "e2e/interrupted/stdout.log")).toBe("url [redacted]\n");
  expect(await feature.artifact("exp-a", "e2e/interrupted/partial.txt")).toBe("so far [redacted]");
  expect(await feature.outcomes("exp-a")).toMatchObject({
    status: "failed",
    by_tag: { api: { passed: 1, failed: 0 } },
    evidence: {
      by_tag: {
        api: { state: "evidence" },
        e2e: { state: "no_evidence", unfinished: true, reason: expect.stringContaining("interrupted") },
        infra: { state: "no_evidence", unfinished: true },
      },
    },
  });
  expect((await feature.compare()).recommendation).toBe("continue");

  await openGate(join(workspace, "gate"));
  const second = await feature.start();
  expect(second).toMatchObject({ cycle_id: "C1", resumes: first.run_id });
  expect(second.budget.minutes_left).toBeLessThan(30);
  expect(await waitFor(server, second.run_id)).toMatchObject({
    state: "finished",
    results: [
      { status: "succeeded", by_tag: { api: { passed: 1 }, e2e: { passed: 1 }, infra: { passed: 1 } } },
    ],
  });
  const starts = await Promise.all(
    ["api", "e2e", "infra"].map((tag) => countStarts(workspace, "exp-a", tag)),
  );
  expect(starts).toEqual([1, 2, 1]);
});

linux("ends what is left at the next start when worker and watchdog were killed together", async () => {
  const feature = await prepareRun(
    (workspace) => ({
      suites: {
        api: loggedScript(
          workspace,
          `console.log("beginning, and more"); await gate("${join(workspace, "gate")}");`,
        ),
      },
    }),
    ["exp-a", "exp-b"],
  );
  const { workspace, server } = feature;
  const first = await feature.start({ experiment_slugs: ["exp-a"] });
  const suite = await findSuitePid(workspace, "exp-a", "api");
  await expect.poll(() => readLog(workspace, first.run_id, "api")).toMatch(/^begin/);
  // The watchdog first: one that saw its worker go would end the suite.
  const processes = (await findProcesses(first.run_id)).sort((a, b) => a.role.localeCompare(b.role));
  expect(processes.map(({ role }) => role)).toEqual(["watchdog", "worker"]);
  for (const { pid } of processes) kill(pid);
  expect((await waitFor(server, first.run_id)).state).toBe("interrupted");
  expect(await isAlive(suite)).toBe(true);

  // Any next run does, of whatever experiments.
  const second = await feature.start({ experiment_slugs: ["exp-b"] });
  await expect.poll(() => isAlive(suite)).toBe(false);
  await openGate(join(workspace, "gate"));
  expect((await waitFor(server, second.run_id)).state).toBe("finished");
  // The last characters may be held back: a secret could begin with them.
  expect(await feature.artifact("exp-a", "api/interrupted/stdout.log")).toMatch(/^begin/);
  expect(await feature.outcomes("exp-a")).toMatchObject({ status: "failed" });
  expect(
    JSON.parse(await readFile(join(workspace, ".tdd/runs", first.run_id, "run.json"), "utf8")).state,
  ).toBe("interrupted");
});
