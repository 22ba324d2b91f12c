import { postgresPort } from "../proxy/listeners.ts";
import type { Platform } from "./platform.ts";
import type { EndpointRecord, ProjectRecord } from "./records.ts";
import { type BranchPlace, branchName, type EndpointPlace } from "./store.ts";

const logicalSizeLimit = 8 * 1024 ** 4;

/** A project as the API shows it. */
export function viewProject({ store, binaries }: Platform, project: ProjectRecord): object {
  const name = `projects/${project.project_id}`;
  const branches = store.branches(project, { deleted: project.delete_time !== undefined });
  const defaultBranch = branches.find(({ uid }) => uid === project.default_branch_uid);
  return selectDefined({
    name,
    project_id: project.project_id,
    uid: project.uid,
    create_time: project.create_time,
    update_time: project.update_time,
    delete_time: project.delete_time,
    purge_time: project.purge_time,
    status: selectDefined({
      project_id: project.project_id,
      display_name: project.display_name,
      owner: project.owner,
      pg_version: Number.parseInt(binaries.version, 10),
      default_branch: defaultBranch && branchName(project, defaultBranch),
      history_retention_duration: `${project.history_retention_seconds}s`,
      default_endpoint_settings: {
        autoscaling_limit_min_cu: project.min_cu,
        autoscaling_limit_max_cu: project.max_cu,
        ...showSuspension(project.suspend_seconds, true),
      },
      enable_pg_native_login: project.enable_pg_native_login,
      branch_logical_size_limit_bytes: logicalSizeLimit,
      synthetic_storage_size_bytes: branches.reduce((sum, branch) => sum + branch.logical_size_bytes, 0),
      budget_policy_id: project.budget_policy_id,
      custom_tags: project.custom_tags,
    }),
  });
}

/** A branch as the API shows it. */
export function viewBranch({ store }: Platform, { project, branch }: BranchPlace): object {
  const isDeleted = branch.delete_time !== undefined;
  const state = store.isPending(branch.uid) ? "INIT" : isDeleted ? "DELETED" : "READY";
  return {
    branch_id: branch.branch_id,
    name: branchName(project, branch),
    parent: `projects/${project.project_id}`,
    uid: branch.uid,
    create_time: branch.create_time,
    update_time: branch.update_time,
    status: selectDefined({
      branch_id: branch.branch_id,
      current_state: state,
      pending_state: state === "INIT" ? "READY" : undefined,
      state_change_time: branch.state_change_time,
      default: branch.uid === project.default_branch_uid,
      is_protected: branch.is_protected,
      logical_size_bytes: branch.logical_size_bytes,
      expire_time: branch.expire_time,
      delete_time: branch.delete_time,
      purge_time: branch.purge_time,
      source_branch: branch.source?.name,
      source_branch_lsn: branch.source?.lsn,
      source_branch_time: branch.source?.time,
    }),
  };
}

/** An endpoint as the API shows it. */
export function viewEndpoint(
  { store, computes }: Platform,
  { project, branch, endpoint }: EndpointPlace,
): object {
  const parent = branchName(project, branch);
  const compute = computes.of(branch.uid);
  const host = formatHost(endpoint);
  const isReadOnly = endpoint.type === "ENDPOINT_TYPE_READ_ONLY";
  const state = store.isPending(branch.uid)
    ? "INIT"
    : compute.isRunning && !endpoint.disabled
      ? "ACTIVE"
      : "IDLE";
  return {
    endpoint_id: endpoint.endpoint_id,
    name: `${parent}/endpoints/${endpoint.endpoint_id}`,
    parent,
    uid: endpoint.uid,
    create_time: endpoint.create_time,
    update_time: endpoint.update_time,
    status: selectDefined({
      endpoint_id: endpoint.endpoint_id,
      endpoint_type: endpoint.type,
      current_state: state,
      disabled: endpoint.disabled,
      autoscaling_limit_min_cu: endpoint.min_cu,
      autoscaling_limit_max_cu: endpoint.max_cu,
      ...showSuspension(endpoint.suspend_seconds, false),
      hosts: { host, ...(isReadOnly && { read_only_host: host }) },
      group: { min: 1, max: 1, enable_readable_secondaries: false },
      settings: {},
      last_active_time: compute.lastActive?.toISOString(),
    }),
  };
}

/** The host carries the port where many endpoints share the address. */
export function formatHost({ host, port }: EndpointRecord): string {
  return port === postgresPort ? host : `${host}:${port}`;
}

function showSuspension(seconds: number | null, showsNever: boolean): object {
  if (seconds !== null) return { suspend_timeout_duration: `${seconds}s` };
  return showsNever ? { no_suspension: true } : {};
}

/** The object without the fields that have no value. */
function selectDefined(fields: Record<string, unknown>): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
