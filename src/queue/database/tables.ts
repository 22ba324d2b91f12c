/** The schema of pg-boss's own tables, which deliver jobs and offer them again when they expire. */
export const bossSchema = "lakebase_pgboss";

/**
 * What the queue keeps in addition to pg-boss's own tables: runs, their jobs, the workers, and files in parts. None of it
 * holds a secret. A job is `waiting` until the limits admit it, `ready` while pg-boss offers it as a delivery of its own,
 * and `active` once a worker has taken it. Its `attempt` grows each time that it is taken, and only the last attempt may
 * send a result. A worker that could not run it for reasons of its own is in `refused_by`, and does not get it again;
 * `given_back` counts those that stopped.
 */
export const createTables = `
  create schema if not exists lakebase_queue;
  create table if not exists lakebase_queue.run (
    run_id text primary key,
    project text not null,
    feature_id text not null,
    cycle_id text not null,
    machine text not null,
    request jsonb not null,
    plan_fingerprint text not null,
    most_in_project int not null,
    most_in_feature int not null,
    most_in_run int not null,
    created_at timestamptz not null default now(),
    deadline timestamptz not null
  );
  create table if not exists lakebase_queue.job (
    id uuid primary key,
    place bigint generated always as identity,
    run_id text not null references lakebase_queue.run on delete cascade,
    experiment_slug text not null,
    tag text not null,
    branch text not null,
    branch_uid text,
    git_branch text not null,
    commit text not null,
    base_commit text not null,
    code_file text,
    failed_cases jsonb not null default '[]',
    seconds int not null,
    state text not null default 'waiting'
      check (state in ('waiting', 'ready', 'active', 'done', 'failed', 'cancelled')),
    attempt int not null default 0,
    delivery uuid,
    delivered_after int not null default 0,
    refused_by text[] not null default '{}',
    given_back int not null default 0,
    worker_id text,
    machine text,
    alone boolean,
    error jsonb,
    created_at timestamptz not null default now(),
    started_at timestamptz,
    ended_at timestamptz
  );
  do $$ begin
    -- Tables of earlier versions lack it. Looked for first, because adding it locks the table.
    if not exists (select from information_schema.columns
      where table_schema = 'lakebase_queue' and table_name = 'job' and column_name = 'given_back')
    then alter table lakebase_queue.job add column given_back int not null default 0;
    end if;
  end $$;
  create index if not exists job_run on lakebase_queue.job (run_id);
  create index if not exists job_open on lakebase_queue.job (state) where state in ('waiting', 'ready', 'active');
  create table if not exists lakebase_queue.worker (
    id text primary key,
    machine text not null,
    project text not null,
    concurrency int not null,
    tags text[],
    idle_seconds int not null,
    version text not null,
    trouble jsonb,
    paused_until timestamptz,
    since timestamptz not null default now(),
    seen_at timestamptz not null default now()
  );
  create table if not exists lakebase_queue.part (
    run_id text not null references lakebase_queue.run on delete cascade,
    file text not null,
    number int not null,
    bytes bytea not null,
    primary key (run_id, file, number)
  );
`;
