import * as z from "zod";
import { errorSchema } from "../../schemas/error.ts";
import type { Sql } from "./database/connect.ts";

/** One suite of one experiment, as its row tells of it. */
export const jobSchema = z.object({
  id: z.string(),
  run_id: z.string(),
  experiment_slug: z.string(),
  tag: z.string(),
  /** The Lakebase branch that the suite runs on. */
  branch: z.string(),
  branch_uid: z.string().nullable(),
  /** The git branch of the experiment, the commit on it that is to be run, and where it began. */
  git_branch: z.string(),
  commit: z.string(),
  base_commit: z.string(),
  /** The git bundle among the run's files that has the commit; null where a remote has it. */
  code_file: z.string().nullable(),
  /** After how many seconds pg-boss gives it to another worker. */
  seconds: z.number(),
  state: z.enum(["waiting", "ready", "active", "done", "failed", "cancelled"]),
  /** How often it was taken. The fencing token of whoever has it. */
  attempt: z.number(),
  worker_id: z.string().nullable(),
  /** The machine that runs it, or ran it. */
  machine: z.string().nullable(),
  /** Whether that machine runs one job at a time; null where none has it yet. */
  alone: z.boolean().nullable(),
  error: errorSchema.nullable(),
});
export type Job = z.infer<typeof jobSchema>;

/** The columns that `jobSchema` reads. */
export const jobColumns = Object.keys(jobSchema.shape)
  .map((name) => `job.${name}`)
  .join(", ");

/** pg-boss has one queue for each tag, so that a worker takes those of its tags alone. */
export function nameQueue(tag: string): string {
  return `suite.${tag}`;
}

/** The jobs of a run as they stand, in the order in which they were made. */
export async function listRunJobs(sql: Sql, runId: string): Promise<Job[]> {
  const text = `select ${jobColumns} from lakebase_queue.job where run_id = $1 order by place`;
  return z.array(jobSchema).parse((await sql.query(text, [runId])).rows);
}
