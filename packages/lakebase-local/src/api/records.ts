import * as z from "zod";

const time = z.iso.datetime();

const endpointRecord = z.object({
  endpoint_id: z.string(),
  uid: z.string(),
  type: z.enum(["ENDPOINT_TYPE_READ_WRITE", "ENDPOINT_TYPE_READ_ONLY"]),
  create_time: time,
  update_time: time,
  /** Where the proxy listens. Port 0: nowhere yet. */
  host: z.string().default("127.0.0.1"),
  port: z.number().int(),
  min_cu: z.number(),
  max_cu: z.number(),
  /** Seconds of idleness until the compute is stopped; null: never. */
  suspend_seconds: z.number().nullable(),
  disabled: z.boolean(),
});
export type EndpointRecord = z.infer<typeof endpointRecord>;

export const branchRecord = z.object({
  branch_id: z.string(),
  uid: z.string(),
  project_uid: z.string(),
  create_time: time,
  update_time: time,
  state_change_time: time,
  expire_time: time.optional(),
  delete_time: time.optional(),
  purge_time: time.optional(),
  is_protected: z.boolean(),
  /** Where it was taken from; absent for a root branch. */
  source: z.object({ uid: z.string(), name: z.string(), lsn: z.string(), time }).optional(),
  logical_size_bytes: z.number(),
  endpoints: z.array(endpointRecord),
  /** By name in Postgres, the ids of databases and roles that were made through the API. */
  database_ids: z.record(z.string(), z.string()),
  roles: z.record(z.string(), z.object({ role_id: z.string(), identity_type: z.string().optional() })),
});
export type BranchRecord = z.infer<typeof branchRecord>;

export const projectRecord = z.object({
  project_id: z.string(),
  uid: z.string(),
  create_time: time,
  update_time: time,
  delete_time: time.optional(),
  purge_time: time.optional(),
  display_name: z.string(),
  owner: z.string(),
  default_branch_uid: z.string(),
  history_retention_seconds: z.number(),
  enable_pg_native_login: z.boolean(),
  min_cu: z.number(),
  max_cu: z.number(),
  suspend_seconds: z.number().nullable(),
  budget_policy_id: z.string().optional(),
  custom_tags: z.array(z.object({ key: z.string().optional(), value: z.string().optional() })).optional(),
});
export type ProjectRecord = z.infer<typeof projectRecord>;
