/** The table in which a job queue keeps jobs, and which of them a worker would still take. */
export interface QueueTable {
  /** The queue's name as its users know it. */
  queue: string;
  table: string;
  /** Columns that distinguish the table from others of the same name. */
  columns: readonly string[];
  waiting: string;
}

/**
 * The job queues that store jobs in Postgres. Sources: the tables that each creates, in its current version and in
 * earlier ones with different tables (pg-boss before 10, graphile-worker before 0.14, que before 1). Jobs in progress
 * count as waiting: no worker of the copy is processing them, and each queue hands them out again. Sidekiq stores its
 * jobs in Redis.
 */
const byQueue = {
  "pg-boss": [
    {
      table: "job",
      columns: ["singleton_key", "start_after"],
      waiting: matchAny("state", "created", "retry", "active"),
    },
    {
      table: "job",
      columns: ["singletonkey", "startafter"],
      waiting: matchAny("state", "created", "retry", "active"),
    },
  ],
  "graphile-worker": [
    { table: "_private_jobs", columns: ["task_id", "locked_by"], waiting: "attempts < max_attempts" },
    { table: "jobs", columns: ["task_identifier", "locked_by"], waiting: "attempts < max_attempts" },
  ],
  DBOS: [
    {
      table: "workflow_status",
      columns: ["workflow_uuid", "executor_id"],
      waiting: matchAny("status", "ENQUEUED", "DELAYED", "PENDING"),
    },
  ],
  Oban: [
    {
      table: "oban_jobs",
      columns: ["worker", "attempted_by"],
      waiting: matchAny("state", "available", "suspended", "scheduled", "executing", "retryable"),
    },
  ],
  River: [
    {
      table: "river_job",
      columns: ["kind", "finalized_at"],
      waiting: matchAny("state", "available", "pending", "retryable", "running", "scheduled"),
    },
  ],
  que: [
    {
      table: "que_jobs",
      columns: ["finished_at", "expired_at"],
      waiting: "finished_at is null and expired_at is null",
    },
    { table: "que_jobs", columns: ["job_class", "error_count"], waiting: "true" },
  ],
  Procrastinate: [
    {
      table: "procrastinate_jobs",
      columns: ["task_name", "status"],
      waiting: matchAny("status", "todo", "doing"),
    },
  ],
  GoodJob: [
    { table: "good_jobs", columns: ["active_job_id", "performed_at"], waiting: "finished_at is null" },
  ],
  "Solid Queue": [
    { table: "solid_queue_ready_executions", columns: ["job_id", "queue_name"], waiting: "true" },
    { table: "solid_queue_scheduled_executions", columns: ["job_id", "queue_name"], waiting: "true" },
    { table: "solid_queue_claimed_executions", columns: ["job_id", "process_id"], waiting: "true" },
  ],
  "Delayed Job": [{ table: "delayed_jobs", columns: ["handler", "failed_at"], waiting: "failed_at is null" }],
} satisfies Record<string, readonly Omit<QueueTable, "queue">[]>;

function matchAny(column: string, ...states: string[]): string {
  return `${column}::text in (${states.map((state) => `'${state}'`).join(", ")})`;
}

/** The tables of all queues; if two match, the first one counts. */
export const queueTables: readonly QueueTable[] = Object.entries<readonly Omit<QueueTable, "queue">[]>(
  byQueue,
).flatMap(([queue, tables]) => tables.map((each) => ({ queue, ...each })));
