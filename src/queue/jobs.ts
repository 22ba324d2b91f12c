import * as z from "zod";
import { errorSchema } from "../../schemas/error.ts";
import { reportCaseSchema } from "../../schemas/plan/report.ts";
import type { Sql } from "./database/connect.ts";

/** One suite of one experiment, as its row describes it. */
export const jobSchema = z.object({
  id: z.string(),
  run_id: z.string(),
  experiment_slug: z.string(),
  tag: z.string(),
  /** The Lakebase branch that the suite runs on. */
  branch: z.string(),
  branch_uid: z.string().nullable(),
  /** The experiment's git branch, the commit on it to run, and the commit where the branch began. */
  git_branch: z.string(),
  commit: z.string(),
  base_commit: z.string(),
  /** The git bundle among the run's files that contains the commit; null if a remote has it. */
  code_file: z.string().nullable(),
  /** In a run of what failed: the tests to run first. */
  failed_cases: z.array(reportCaseSchema),
  /** How long a worker may have it before pg-boss offers it to another one, in seconds. */
  seconds: z.number(),
  state: z.enum(["waiting", "ready", "active", "done", "failed", "cancelled"]),
  /** How often it was taken: the fencing token of whoever has it. */
  attempt: z.number(),
  /** The id of the pg-boss job that offers it; null before its first offer. */
  delivery: z.string().nullable(),
  /** The ids of the workers that could not run it for reasons of their own. */
  refused_by: z.array(z.string()),
  /** How often a worker that stopped gave it back. */
  given_back: z.number(),
  worker_id: z.string().nullable(),
  /** The worker that runs it or had it last, as `host/pid`. */
  machine: z.string().nullable(),
  /** Whether that worker runs one job at a time; null before any worker has taken it. */
  alone: z.boolean().nullable(),
  /** Why it failed, or why a worker gave it back. */
  error: errorSchema.nullable(),
});
export type Job = z.infer<typeof jobSchema>;

/** The columns that `jobSchema` reads. */
export const jobColumns = Object.keys(jobSchema.shape)
  .map((name) => `job.${name}`)
  .join(", ");

/** pg-boss has one queue for each tag, so that a worker takes jobs of its own tags only. */
export function nameQueue(tag: string): string {
  return `suite.${tag}`;
}

/** Lists a run's jobs as they stand, in the order in which they were created. */
export async function listRunJobs(sql: Sql, runId: string): Promise<Job[]> {
  const text = `select ${jobColumns} from lakebase_queue.job where run_id = $1 order by place`;
  return z.array(jobSchema).parse((await sql.query(text, [runId])).rows);
}

/** Lists the jobs that a worker has, as far as the queue knows. */
export async function listOwnJobs(sql: Sql, workerId: string): Promise<Job[]> {
  const text = `select ${jobColumns} from lakebase_queue.job where worker_id = $1 and state = 'active'`;
  return z.array(jobSchema).parse((await sql.query(text, [workerId])).rows);
}
