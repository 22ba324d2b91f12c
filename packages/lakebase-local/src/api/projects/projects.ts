import { alreadyExists, badRequest, invalid, notFound } from "../api-error.ts";
import { parseBody, parseMask } from "../body.ts";
import { purgeProject } from "../branches/deletion.ts";
import { openEndpoint } from "../endpoints.ts";
import { checkId } from "../names.ts";
import { empty, type Operation } from "../operations.ts";
import { takePage } from "../pages.ts";
import { type ApiRequest, idAt, type Platform } from "../platform.ts";
import { viewProject } from "../views.ts";
import { createFirstBranch, makeProject } from "./new-project.ts";
import { applySpec, projectBody } from "./project-spec.ts";

export function getProject(platform: Platform, request: ApiRequest): object {
  return viewProject(platform, platform.store.project(idAt(request, 0)));
}

export function listProjects(platform: Platform, request: ApiRequest): object {
  const projects = platform.store.projects({ deleted: request.query.get("show_deleted") === "true" });
  return takePage(
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
    await createFirstBranch(platform, project, branch);
    return viewProject(platform, project);
  });
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
  const { suspend_timeout_duration, no_suspension } = spec.default_endpoint_settings ?? {};
  const isWhole = mask.has("spec") || mask.has("spec.default_endpoint_settings");
  if (!isWhole && picked.default_endpoint_settings !== undefined)
    picked.default_endpoint_settings = { suspend_timeout_duration, no_suspension };
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
