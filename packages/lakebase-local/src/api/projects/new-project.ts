import { randomUUID } from "node:crypto";
import { rename, rm } from "node:fs/promises";
import { withClient } from "../../postgres/admin-session.ts";
import { createCluster, createRolesAndDatabase } from "../../postgres/cluster.ts";
import { applyEndpointSpec, makeEndpoint, openEndpoint } from "../endpoints.ts";
import { makeUid } from "../names.ts";
import type { Platform } from "../platform.ts";
import type { BranchRecord, ProjectRecord } from "../records.ts";
import { applySpec, type ProjectBody } from "./project-spec.ts";

const retention = 7 * 86_400;

/** Makes the project that a new state directory starts with. */
export async function createFirstProject(platform: Platform): Promise<void> {
  const { project, branch } = makeProject(platform, "local", {
    spec: { display_name: "Lakebase on this machine" },
  });
  platform.store.reserve(branch, project);
  await createFirstBranch(platform, project, branch);
}

/** The records of a new project and its root branch, with what the body states and defaults. */
export function makeProject(
  platform: Platform,
  projectId: string,
  body: ProjectBody,
): { project: ProjectRecord; branch: BranchRecord } {
  const now = new Date().toISOString();
  const branchUid = makeUid("br");
  const blank: ProjectRecord = {
    project_id: projectId,
    uid: randomUUID(),
    create_time: now,
    update_time: now,
    display_name: projectId,
    owner: platform.userName,
    default_branch_uid: branchUid,
    history_retention_seconds: retention,
    enable_pg_native_login: false,
    min_cu: 1,
    max_cu: 1,
    suspend_seconds: 300,
  };
  const project = applySpec(platform, blank, body.spec ?? {});
  const initial = body.initial_endpoint_spec ?? {};
  const endpoint = applyEndpointSpec(makeEndpoint("primary", "ENDPOINT_TYPE_READ_WRITE", project), initial);
  const branch: BranchRecord = {
    branch_id: "production",
    uid: branchUid,
    project_uid: project.uid,
    create_time: now,
    update_time: now,
    state_change_time: now,
    is_protected: body.initial_branch_spec?.is_protected ?? false,
    logical_size_bytes: 0,
    endpoints: [endpoint],
    database_ids: {},
    roles: {},
  };
  return { project, branch };
}

/** Gives a reserved project its first branch: an empty cluster. When anything fails, nothing is left. */
export async function createFirstBranch(
  platform: Platform,
  project: ProjectRecord,
  branch: BranchRecord,
): Promise<void> {
  const { store, computes, binaries, secrets, userName } = platform;
  const directory = computes.directory(branch.uid);
  const draft = `${directory}.tmp`;
  try {
    await createCluster(draft, binaries, secrets);
    await rename(draft, directory);
    const lease = await computes.of(branch.uid).use();
    try {
      await withClient(lease.port, "postgres", secrets, (admin) =>
        createRolesAndDatabase(admin, userName, secrets),
      );
    } finally {
      lease.release();
    }
    const endpoints = await Promise.all(branch.endpoints.map((endpoint) => openEndpoint(platform, endpoint)));
    // A branch record without its project is garbage, so the project comes last.
    await store.saveBranch({ ...branch, endpoints, state_change_time: new Date().toISOString() });
    await store.saveProject(project);
  } catch (error) {
    await computes.retire(branch);
    await store.forgetBranch(branch.uid);
    await store.forgetProject(project.uid);
    await rm(draft, { recursive: true, force: true });
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}
