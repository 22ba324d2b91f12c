import { describe, expect, it } from "vitest";
import { describeFeatureJobs, type QueueView, summarizeForRun } from "../../src/queue/watch.ts";
import type { LiveWorker } from "../../src/queue/workers.ts";

const worker = (machine: string, change: Partial<LiveWorker> = {}): LiveWorker => ({
  ...{ id: machine, machine, project: "local", concurrency: 2, tags: null, running: 0, trouble: null },
  ...change,
});

const job = (index: number, change: Partial<QueueView["jobs"][number]> = {}): QueueView["jobs"][number] => ({
  ...{ id: `${index}`, run_id: "run-1", feature_id: "F1", experiment_slug: `exp-${index}`, tag: "api" },
  ...change,
});

const range = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const trouble = {
  code: "not_authenticated",
  message: "The login has expired.",
  hint: "Log in.",
  retryable: false,
};

describe("what a feature has in the queue", () => {
  it("is nothing if only others wait there", () => {
    const view = {
      workers: [worker("vm/1")],
      jobs: [job(1, { feature_id: "F2", reason: "every worker is busy" })],
    };
    expect(describeFeatureJobs(view, "F1")).toEqual([]);
    expect(describeFeatureJobs({ workers: [], jobs: [] }, "F1")).toEqual([]);
  });

  it("is one line for each thing that its jobs do or wait for", () => {
    const jobs = [
      job(1, { machine: "vm/1" }),
      job(2, { machine: "vm/1", tag: "e2e" }),
      job(3, { reason: "the run's limit is reached" }),
      job(4, { feature_id: "F2", reason: "the run's limit is reached" }),
    ];
    expect(
      describeFeatureJobs({ workers: [worker("vm/1"), worker("vm/1", { id: "other" })], jobs }, "F1"),
    ).toEqual([
      "the queue has 2 workers (vm/1), 2 jobs running, 2 waiting",
      "exp-1 api, exp-2 e2e: running on vm/1",
      "exp-3 api: waiting, as the run's limit is reached",
    ]);
  });

  it("says that nobody is there, and names only some of many", () => {
    const jobs = range(9).map((index) => job(index, { reason: "no worker is there" }));
    const [queue, waiting, ...more] = describeFeatureJobs({ workers: [], jobs }, "F1");
    expect(queue).toBe("the queue has no worker, 0 jobs running, 9 waiting");
    expect(waiting).toMatch(/^exp-1 api, .*exp-5 api and 4 more: waiting, as no worker is there$/);
    expect(more).toEqual([]);
  });

  it("says briefly why a worker is paused", () => {
    const long = { ...trouble, message: "x".repeat(5_000) };
    const view = { workers: [worker("vm/1", { trouble: long })], jobs: [job(1, { machine: "vm/2" })] };
    const [, pause = ""] = describeFeatureJobs(view, "F1");
    expect(pause).toMatch(/^worker vm\/1 is paused \(not_authenticated\): x+/);
    expect(pause.length).toBeLessThan(400);
  });
});

describe("the summary for a run", () => {
  it("counts its own jobs that wait, by what they wait for", () => {
    const jobs = [
      job(1, { machine: "vm/1" }),
      job(2, { reason: "every worker is busy" }),
      job(3, { reason: "another suite runs on its branch" }),
      job(4, { reason: "every worker is busy" }),
      job(5, { run_id: "run-2", reason: "every worker is busy" }),
    ];
    expect(summarizeForRun({ workers: [worker("vm/1", { running: 1 })], jobs }, "run-1")).toEqual({
      workers: [{ name: "vm/1", running: 1, concurrency: 2 }],
      more_workers: 0,
      waiting: [
        { reason: "every worker is busy", count: 2, jobs: ["exp-2 api", "exp-4 api"] },
        { reason: "another suite runs on its branch", count: 1, jobs: ["exp-3 api"] },
      ],
    });
  });

  it("is short, however many workers, jobs and reasons there are", () => {
    const workers = range(23).map((index) => worker(`vm/${index}`, { trouble }));
    const jobs = range(60).map((index) => job(index, { reason: index <= 30 ? "busy" : `reason ${index}` }));
    const { workers: listed, more_workers, waiting } = summarizeForRun({ workers, jobs }, "run-1");
    expect([listed.length, more_workers, waiting.length]).toEqual([20, 3, 20]);
    expect(listed[0]?.paused).toBe("The login has expired. (not_authenticated)");
    expect(waiting[0]).toEqual({
      reason: "busy",
      count: 30,
      jobs: range(5).map((index) => `exp-${index} api`),
    });
  });

  it("is empty for a run that has no jobs there", () => {
    expect(summarizeForRun({ workers: [], jobs: [job(1)] }, "run-9")).toEqual({
      workers: [],
      more_workers: 0,
      waiting: [],
    });
  });
});
