import { randomUUID } from "node:crypto";
import { rename, rm } from "node:fs/promises";
import * as z from "zod";
import { createCluster, furnishCluster } from "../postgres/cluster.ts";
import { withClient } from "../postgres/compute.ts";
import { alreadyExists, badRequest, invalid, notFound } from "./api-error.ts";
import { parseBody, parseMask } from "./body.ts";
import { purgeProject } from "./deletion.ts";
import { checkSize, makeEndpoint, openEndpoint, suspendSeconds } from "./endpoints.ts";
import { durationSeconds } from "./expiration.ts";
import { checkId, makeUid } from "./names.ts";
import { empty, type Operation } from "./operations.ts";
import { page } from "./pages.ts";
import { type ApiRequest, idAt, type Platform } from "./platform.ts";
import type { BranchRecord, ProjectRecord } from "./records.ts";
import { viewProject } from "./views.ts";

const day = 86_400;
const sizes = {
  autoscaling_limit_min_cu: z.number().optional(),
  autoscaling_limit_max_cu: z.number().optional(),
  suspend_timeout_duration: z.string().optional(),
  no_suspension: z.boolean().optional(),
};
const projectBody = z.object({
  spec: z
    .object({
      display_name: z.string().min(1).max(256).optional(),
      pg_version: z.number().int().optional(),
      default_branch: z.string().optional(),
      default_endpoint_settings: z.object(sizes).optional(),
      history_retention_duration: z.string().optional(),
      enable_pg_native_login: z.boolean().optional(),
      budget_policy_id: z.string().optional(),
      custom_tags: z.array(z.object({ key: z.string().optional(), value: z.string().optional() })).optional(),
    })
    .optional(),
  initial_branch_spec: z.object({ is_protected: z.boolean().optional() }).optional(),
  initial_endpoint_spec: z.object(sizes).optional(),
});
type ProjectSpec = NonNullable<z.infer<typeof projectBody>["spec"]>;

export function getProject(platform: Platform, request: ApiRequest): object {
  return viewProject(platform, platform.store.project(idAt(request, 0)));
}

export function listProjects(platform: Platform, request: ApiRequest): object {
  const projects = platform.store.projects({ deleted: request.query.get("show_deleted") === "true" });
  return page(
    "projects",
    projects.map((project) => viewProject(platform, project)),
    request.query,
  );
}

export function createProject(platform: Platform, request: ApiRequest): Operation {
  const { store } = platform;
  const projectId = request.query.get("project_id") ?? "";
  checkId("project_id", projectId);
  const body = parseBody(request.body, projectBody);
  if (store.projects().some(({ project_id }) => project_id === projectId)) {
    throw alreadyExists("project with such id already exists in the workspace");
  }
  const version = Number.parseInt(platform.binaries.version, 10);
  if (body.spec?.pg_version !== undefined && body.spec.pg_version !== version) {
    throw invalid(`Field 'project.spec.pg_version' must be ${version}, the version installed here.`);
  }
  const { project, branch } = makeProject(platform, projectId, body);
  store.reserve(branch, project);
  return platform.operations.start(`projects/${projectId}`, "project", async () => {
    await furnishProject(platform, project, branch);
    return viewProject(platform, project);
  });
}

/** Makes the project that a new state directory starts with. */
export async function createFirstProject(platform: Platform): Promise<void> {
  const { project, branch } = makeProject(platform, "local", {
    spec: { display_name: "Lakebase on this machine" },
  });
  platform.store.reserve(branch, project);
  await furnishProject(platform, project, branch);
}

export function updateProject(platform: Platform, request: ApiRequest): Operation {
  const project = platform.store.project(idAt(request, 0));
  const known = [
    ...Object.keys(projectBody.shape.spec.unwrap().shape),
    "default_endpoint_settings.suspension",
  ];
  const mask = parseMask(request.query, ["spec", ...known.map((field) => `spec.${field}`)]);
  const { spec } = parseBody(request.body, projectBody);
  if (!spec) throw invalid("Field 'project.spec' is required.");
  const named = new Set([...mask].map((path) => path.split(".")[1]));
  const picked = Object.fromEntries(
    Object.entries(spec).filter(([key]) => mask.has("spec") || named.has(key)),
  );
  const changed = { ...applySpec(platform, project, picked), update_time: new Date().toISOString() };
  return platform.operations.start(`projects/${project.project_id}`, "project", async () => {
    await platform.store.saveProject(changed);
    return viewProject(platform, changed);
  });
}

export function deleteProject(platform: Platform, request: ApiRequest): Operation {
  const { store, computes, limits } = platform;
  const project = store.project(idAt(request, 0));
  if (store.isPending(project.uid)) throw badRequest("the project is still being created");
  const pending = store.branches(project).find(({ uid }) => store.isPending(uid));
  if (pending) throw badRequest(`branch '${pending.branch_id}' is still being created`);
  if (store.branches(project).some(({ is_protected }) => is_protected)) {
    throw badRequest("cannot delete project with protected branches");
  }
  return platform.operations.start(`projects/${project.project_id}`, "project", async () => {
    if (request.query.get("purge") === "true") {
      await purgeProject(platform, project);
      return empty;
    }
    const now = Date.now();
    await store.saveProject({
      ...project,
      delete_time: new Date(now).toISOString(),
      purge_time: new Date(now + limits.deleted_seconds * 1000).toISOString(),
    });
    await Promise.all(store.branches(project).map((branch) => computes.retire(branch)));
    return empty;
  });
}

export function undeleteProject(platform: Platform, request: ApiRequest): Operation {
  const { store } = platform;
  const id = idAt(request, 0);
  const named = store.projects({ deleted: true }).filter(({ project_id }) => project_id === id);
  if (named.some(({ delete_time }) => delete_time === undefined)) {
    throw alreadyExists("project with such id already exists in the workspace");
  }
  const project = named.at(-1);
  if (!project) throw notFound("project");
  const { delete_time: _deleted, purge_time: _purge, ...kept } = project;
  return platform.operations.start(`projects/${id}`, "project", async () => {
    for (const branch of store.branches(project)) {
      const endpoints = await Promise.all(
        branch.endpoints.map((endpoint) => openEndpoint(platform, endpoint)),
      );
      await store.saveBranch({ ...branch, endpoints });
    }
    await store.saveProject(kept);
    return viewProject(platform, kept);
  });
}

function makeProject(
  platform: Platform,
  projectId: string,
  body: z.infer<typeof projectBody>,
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
    history_retention_seconds: 7 * day,
    enable_pg_native_login: false,
    min_cu: 1,
    max_cu: 1,
    suspend_seconds: 300,
  };
  const project = applySpec(platform, blank, body.spec ?? {});
  const initial = body.initial_endpoint_spec ?? {};
  const endpoint = makeEndpoint("primary", "ENDPOINT_TYPE_READ_WRITE", project);
  const branch: BranchRecord = {
    branch_id: "production",
    uid: branchUid,
    project_uid: project.uid,
    create_time: now,
    update_time: now,
    state_change_time: now,
    is_protected: body.initial_branch_spec?.is_protected ?? false,
    logical_size_bytes: 0,
    endpoints: [
      {
        ...endpoint,
        min_cu: initial.autoscaling_limit_min_cu ?? endpoint.min_cu,
        max_cu: initial.autoscaling_limit_max_cu ?? endpoint.max_cu,
        suspend_seconds: suspendSeconds(initial, endpoint.suspend_seconds),
      },
    ],
    database_ids: {},
    roles: {},
  };
  return { project, branch };
}

/** Gives a reserved project its first branch: an empty cluster. When anything fails, nothing is left. */
async function furnishProject(
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
      await withClient(lease.port, "postgres", secrets, (admin) => furnishCluster(admin, userName, secrets));
    } finally {
      lease.release();
    }
    const endpoints = await Promise.all(branch.endpoints.map((endpoint) => openEndpoint(platform, endpoint)));
    // A branch record without its project is refuse, so the project comes last.
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

function applySpec(platform: Platform, project: ProjectRecord, spec: ProjectSpec): ProjectRecord {
  const defaults = spec.default_endpoint_settings ?? {};
  const changed: ProjectRecord = {
    ...project,
    display_name: spec.display_name ?? project.display_name,
    enable_pg_native_login: spec.enable_pg_native_login ?? project.enable_pg_native_login,
    min_cu: defaults.autoscaling_limit_min_cu ?? project.min_cu,
    max_cu: defaults.autoscaling_limit_max_cu ?? project.max_cu,
    suspend_seconds: suspendSeconds(defaults, project.suspend_seconds),
    history_retention_seconds: retentionSeconds(
      spec.history_retention_duration,
      project.history_retention_seconds,
    ),
    default_branch_uid: defaultBranchUid(platform, project, spec.default_branch),
    ...(spec.budget_policy_id !== undefined && { budget_policy_id: spec.budget_policy_id }),
    ...(spec.custom_tags !== undefined && { custom_tags: spec.custom_tags }),
  };
  checkSize(changed.min_cu, changed.max_cu);
  return changed;
}

function retentionSeconds(duration: string | undefined, before: number): number {
  if (duration === undefined) return before;
  const seconds = durationSeconds("history_retention_duration", duration);
  if (seconds >= 2 * day && seconds <= 35 * day) return seconds;
  throw invalid(
    `Field 'history_retention_duration' must be between 172800s and 3024000s, got '${duration}'.`,
  );
}

function defaultBranchUid({ store }: Platform, project: ProjectRecord, name: string | undefined): string {
  if (name === undefined) return project.default_branch_uid;
  const prefix = `projects/${project.project_id}/branches/`;
  const branch = store.branches(project).find(({ branch_id }) => `${prefix}${branch_id}` === name);
  if (!branch) throw notFound("branch");
  if (branch.expire_time) throw badRequest("A branch with an expiration date cannot be the default branch.");
  return branch.uid;
}
