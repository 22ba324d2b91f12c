import type { Client } from "pg";
import { afterAll, beforeAll, expect, it, test } from "vitest";
import { findWaitingJobs, mostCounted } from "../../src/database/jobs/find-waiting-jobs.ts";
import { queueTables } from "../../src/database/jobs/queue-tables.ts";
import { type TestBranch, testBranch } from "./database.ts";

let branch: TestBranch;
let client: Client;

beforeAll(async () => {
  branch = await testBranch("database-jobs");
  client = await branch.connect();
});
afterAll(() => client?.end());

/**
 * The tables as each queue makes them, without what no worker looks at, in the schema `q`; how many of the rows wait is
 * said beside them. Only what is done, given up or cancelled does not.
 */
const made: [queue: string, table: string, waiting: number, sql: string][] = [
  [
    "pg-boss",
    "q.job",
    3,
    `create type q.job_state as enum ('created', 'retry', 'active', 'completed', 'cancelled', 'failed');
     create table q.job (id uuid not null default gen_random_uuid(), name text not null, data jsonb,
       state q.job_state not null default 'created', retry_limit integer not null default 2,
       singleton_key text, start_after timestamptz not null default now(), completed_on timestamptz,
       primary key (name, id)) partition by list (name);
     create table q.job_common (like q.job including defaults);
     alter table q.job attach partition q.job_common default;
     insert into q.job (name, state) select 'mail', s from unnest(enum_range(null::q.job_state)) s;`,
  ],
  [
    "pg-boss",
    "q.job",
    3,
    `create type q.job_state as enum ('created', 'retry', 'active', 'completed', 'expired', 'cancelled', 'failed');
     create table q.job (id uuid primary key not null default gen_random_uuid(), name text not null, data jsonb,
       state q.job_state not null default 'created', retrylimit integer not null default 0,
       startafter timestamptz not null default now(), singletonkey text, completedon timestamptz);
     insert into q.job (name, state) select 'mail', s from unnest(enum_range(null::q.job_state)) s;`,
  ],
  [
    "graphile-worker",
    "q._private_jobs",
    2,
    `create table q._private_jobs (id bigint generated always as identity primary key, job_queue_id integer,
       task_id integer not null, payload json not null default '{}', run_at timestamptz not null default now(),
       attempts smallint not null default 0, max_attempts smallint not null default 25, locked_at timestamptz,
       locked_by text,
       is_available boolean generated always as (locked_at is null and attempts < max_attempts) stored not null);
     insert into q._private_jobs (task_id, attempts, locked_by) values (1, 0, null), (1, 1, 'worker-1'), (1, 25, null);`,
  ],
  [
    "graphile-worker",
    "q.jobs",
    1,
    `create table q.jobs (id bigserial primary key, queue_name text, task_identifier text not null,
       payload json not null default '{}', run_at timestamptz not null default now(), attempts int not null default 0,
       max_attempts int not null default 25, last_error text, locked_at timestamptz, locked_by text);
     insert into q.jobs (task_identifier, attempts) values ('mail', 0), ('mail', 25);`,
  ],
  [
    "DBOS",
    "q.workflow_status",
    3,
    `create table q.workflow_status (workflow_uuid text primary key, status text, name text, output text, error text,
       executor_id text, created_at bigint not null default 0, queue_name text, priority integer not null default 0);
     insert into q.workflow_status (workflow_uuid, status)
     select s, s from unnest(array['ENQUEUED', 'DELAYED', 'PENDING', 'SUCCESS', 'ERROR', 'CANCELLED',
       'MAX_RECOVERY_ATTEMPTS_EXCEEDED']) s;`,
  ],
  [
    "Oban",
    "q.oban_jobs",
    5,
    `create type q.oban_job_state as enum ('available', 'suspended', 'scheduled', 'executing', 'retryable',
       'completed', 'discarded', 'cancelled');
     create table q.oban_jobs (id bigserial primary key, state q.oban_job_state not null default 'available',
       queue text not null default 'default', worker text not null, args jsonb not null default '{}',
       attempt integer not null default 0, max_attempts integer not null default 20, attempted_by text[]);
     insert into q.oban_jobs (worker, state) select 'Mail', s from unnest(enum_range(null::q.oban_job_state)) s;`,
  ],
  [
    "River",
    "q.river_job",
    5,
    `create type q.river_job_state as enum ('available', 'cancelled', 'completed', 'discarded', 'pending',
       'retryable', 'running', 'scheduled');
     create table q.river_job (id bigserial primary key, state q.river_job_state not null default 'available',
       attempt smallint not null default 0, max_attempts smallint not null default 25, args jsonb not null default '{}',
       kind text not null, finalized_at timestamptz, queue text not null default 'default',
       constraint finalized_or_finalized_at_null check (
         (finalized_at is not null) = (state in ('cancelled', 'completed', 'discarded'))));
     insert into q.river_job (kind, state, finalized_at)
     select 'mail', s, case when s in ('cancelled', 'completed', 'discarded') then now() end
     from unnest(enum_range(null::q.river_job_state)) s;`,
  ],
  [
    "que",
    "q.que_jobs",
    1,
    `create table q.que_jobs (priority smallint not null default 100, run_at timestamptz not null default now(),
       id bigserial primary key, job_class text not null, error_count integer not null default 0,
       queue text not null default 'default', finished_at timestamptz, expired_at timestamptz);
     insert into q.que_jobs (job_class, finished_at, expired_at)
     values ('Mail', null, null), ('Mail', now(), null), ('Mail', null, now());`,
  ],
  [
    "que",
    "q.que_jobs",
    2,
    `create table q.que_jobs (priority integer not null default 1, run_at timestamp not null default now(),
       job_id bigserial not null, job_class text not null, args json not null default '[]',
       error_count integer not null default 0, last_error text, primary key (priority, run_at, job_id));
     insert into q.que_jobs (job_class) values ('Mail'), ('Mail');`,
  ],
  [
    "Procrastinate",
    "q.procrastinate_jobs",
    2,
    `create type q.procrastinate_job_status as enum ('todo', 'doing', 'succeeded', 'failed', 'cancelled', 'aborting',
       'aborted');
     create table q.procrastinate_jobs (id bigserial primary key, queue_name varchar(128) not null,
       task_name varchar(128) not null, lock text, queueing_lock text, args jsonb not null default '{}',
       status q.procrastinate_job_status not null default 'todo', attempts integer not null default 0);
     insert into q.procrastinate_jobs (queue_name, task_name, status)
     select 'default', 'mail', s from unnest(enum_range(null::q.procrastinate_job_status)) s;`,
  ],
  [
    "GoodJob",
    "q.good_jobs",
    2,
    `create table q.good_jobs (id uuid primary key default gen_random_uuid(), queue_name text, priority integer,
       serialized_params jsonb, scheduled_at timestamp, performed_at timestamp, finished_at timestamp, error text,
       active_job_id uuid, created_at timestamp not null default now());
     insert into q.good_jobs (performed_at, finished_at) values (null, null), (now(), null), (now(), now());`,
  ],
  [
    "Solid Queue",
    "q.solid_queue_ready_executions",
    2,
    `create table q.solid_queue_ready_executions (id bigserial primary key, job_id bigint not null,
       queue_name varchar not null, priority integer not null default 0);
     insert into q.solid_queue_ready_executions (job_id, queue_name) values (1, 'default'), (2, 'default');`,
  ],
  [
    "Solid Queue",
    "q.solid_queue_scheduled_executions",
    1,
    `create table q.solid_queue_scheduled_executions (id bigserial primary key, job_id bigint not null,
       queue_name varchar not null, scheduled_at timestamp not null);
     insert into q.solid_queue_scheduled_executions (job_id, queue_name, scheduled_at) values (1, 'default', now());`,
  ],
  [
    "Solid Queue",
    "q.solid_queue_claimed_executions",
    1,
    `create table q.solid_queue_claimed_executions (id bigserial primary key, job_id bigint not null,
       process_id bigint, created_at timestamp not null default now());
     insert into q.solid_queue_claimed_executions (job_id) values (1);`,
  ],
  [
    "Delayed Job",
    "q.delayed_jobs",
    2,
    `create table q.delayed_jobs (id bigserial primary key, priority integer not null default 0,
       attempts integer not null default 0, handler text not null, last_error text, run_at timestamp,
       locked_at timestamp, failed_at timestamp, locked_by varchar, queue varchar);
     insert into q.delayed_jobs (handler, failed_at, locked_by) values ('--- x', null, null), ('--- x', null, 'w'),
       ('--- x', now(), null);`,
  ],
];

test("covers every queue that we know", () => {
  expect(made.map(([queue, table]) => `${queue} ${table}`)).toEqual(
    queueTables.map(({ queue, table }) => `${queue} q.${table}`),
  );
});

it.each(made)(
  "%s: of the jobs in %s, %d are waiting, and none after it is emptied",
  async (queue, table, count, sql) => {
    await client.query(`create schema q; ${sql}`);
    try {
      const [found, ...others] = await findWaitingJobs(branch.login);
      expect(others).toEqual([]);
      expect(found).toMatchObject({ queue, table, count });
      await client.query(found?.empty ?? "");
      expect(await findWaitingJobs(branch.login)).toEqual([]);
    } finally {
      await client.query("drop schema q cascade");
    }
  },
);

test("ignores tables that only have a queue's name or are locked, and stops counting at a limit", async () => {
  await client.query(
    `create schema q;
     create table q.job (id int, state text, start_after date);
     insert into q.job values (1, 'created', now());
     create table q.jobs (id int, title text);
     insert into q.jobs values (1, 'cook');
     create table q.que_jobs (job_class text, error_count text);
     insert into q.que_jobs select 'Mail', 'x' from generate_series(1, ${mostCounted + 5});
     create table q.delayed_jobs (handler text, failed_at date);
     insert into q.delayed_jobs values ('x', null)`,
  );
  const locking = await branch.connect();
  try {
    await locking.query("begin; lock table q.delayed_jobs in access exclusive mode");
    expect(await findWaitingJobs(branch.login)).toMatchObject([{ table: "q.que_jobs", count: mostCounted }]);
  } finally {
    await locking.end();
    await client.query("drop schema q cascade");
  }
});
