import { expect, it } from "vitest";
import type { RunQueue } from "../../../schemas/run.ts";
import type { Sql } from "../../../src/queue/database/connect.ts";
import { watchJobs } from "../../../src/queue/execute/job-looks.ts";
import { CoreError } from "../../../src/utils/core-error.ts";

const job = {
  ...{
    id: "job-1",
    run_id: "run-1",
    experiment_slug: "exp-a",
    tag: "api",
    branch: "f1-exp-a",
    branch_uid: null,
  },
  ...{ git_branch: "g", commit: "c", base_commit: "b", code_file: null, failed_cases: [], seconds: 60 },
  ...{
    state: "waiting",
    attempt: 0,
    delivery: null,
    refused_by: [],
    given_back: 0,
    worker_id: null,
    machine: null,
  },
  ...{ alone: null, error: null, feature_id: "F1", project: "local" },
  ...{ is_over: false, branch_busy: true, run_full: false, feature_full: false, project_full: false },
};

const away = new CoreError("queue_unreachable", "The network is down.", { hint: "Wait.", retryable: true });

/** Looks at a database that answers as a test says. */
function look(answer: () => object[]) {
  const controller = new AbortController();
  const seen: RunQueue[] = [];
  let looks = 0;
  const sql: Sql = {
    query: async (text) => {
      if (text.includes("from lakebase_queue.worker")) return { rows: [] };
      if (text.includes("where run_id = $1")) looks++;
      const isOffered = text.includes("job.state in ('ready', 'active') order by place");
      return { rows: isOffered ? [] : answer() };
    },
  };
  const watched = watchJobs(sql, "run-1", {
    signal: controller.signal,
    onQueue: (queue) => seen.push(queue),
  });
  const next = async () => (await watched.next())?.map(({ id, reason }) => [id, reason]);
  return { next, seen, countLooks: () => looks, abort: (reason: Error) => controller.abort(reason) };
}

it("looks once for all experiments that wait for the next look", async () => {
  const { next, countLooks } = look(() => [job]);
  const found = await Promise.all([next(), next(), next()]);
  expect(found).toEqual(Array.from({ length: 3 }, () => [["job-1", "another suite runs on its branch"]]));
  expect(countLooks()).toBe(1);
});

it("sees nothing while the database is away, and tells only what has changed since", async () => {
  let answer = (): object[] => [job];
  const { next, seen } = look(() => answer());
  expect(await next()).toHaveLength(1);
  answer = () => {
    throw away;
  };
  expect(await next()).toBeUndefined();
  answer = () => [job];
  expect(await next()).toEqual([["job-1", "another suite runs on its branch"]]);
  expect(seen.map(({ waiting }) => waiting)).toEqual([
    [{ reason: "another suite runs on its branch", count: 1, jobs: ["exp-a api"] }],
  ]);
});

it("ends with the run, for its reason, and not for an error that is a bug", async () => {
  const ended = look(() => [job]);
  const next = ended.next();
  ended.abort(new Error("The run was ended."));
  await expect(next).rejects.toThrow("The run was ended.");
  const broken = look(() => [{ ...job, state: "lost" }]);
  await expect(broken.next()).rejects.toThrow(/state/);
});
