import {
  alreadyExists,
  badRequest,
  invalid,
  managedByParent,
  notFound,
  quotaExceeded,
} from "../api-error.ts";
import { parseBody, parseMask } from "../body.ts";
import { makeEndpoint, openEndpoint } from "../endpoints.ts";
import { checkId, makeUid } from "../names.ts";
import { empty, type Operation } from "../operations.ts";
import { takePage } from "../pages.ts";
import { type ApiRequest, findBranch, idAt, type Platform } from "../platform.ts";
import type { BranchRecord } from "../records.ts";
import { type BranchPlace, branchName } from "../store.ts";
import { viewBranch } from "../views.ts";
import { purgeBranch, softDeleteBranch } from "./deletion.ts";
import { resolveExpiration } from "./expiration.ts";
import { forkBranch } from "./forking.ts";
import {
  type BranchSpec,
  branchBody,
  checkMayExpire,
  checkMayHaveChildren,
  checkProtectable,
  findParent,
  sourceTime,
} from "./rules.ts";

export function getBranch(platform: Platform, request: ApiRequest): object {
  return viewBranch(platform, findBranch(platform, request));
}

export function listBranches(platform: Platform, request: ApiRequest): object {
  const project = platform.store.project(idAt(request, 0));
  const branches = platform.store.branches(project, {
    deleted: request.query.get("show_deleted") === "true",
  });
  return takePage(
    "branches",
    branches.map((branch) => viewBranch(platform, { project, branch })),
    request.query,
  );
}

export function createBranch(platform: Platform, request: ApiRequest): Operation {
  const { store, limits } = platform;
  const branchId = request.query.get("branch_id") ?? "";
  const project = store.project(idAt(request, 0));
  checkId("branch_id", branchId);
  const spec = parseBody(request.body, branchBody).spec ?? {};
  const existing = store.branches(project).find(({ branch_id }) => branch_id === branchId);
  if (existing) {
    if (request.query.get("replace_existing") !== "true")
      throw alreadyExists("branch with such id already exists");
    return replaceBranch(platform, { project, branch: existing }, spec);
  }
  const expireTime = resolveExpiration(spec, limits);
  const parent = findParent(platform, project, spec.source_branch);
  const time = sourceTime(spec, project, parent);
  if (spec.is_protected) checkProtectable(platform, project, expireTime);
  if (store.branches(project).length >= limits.max_branches) {
    throw quotaExceeded(`branches limit exceeded: the project has ${limits.max_branches} branches`);
  }
  const now = new Date().toISOString();
  const branch: BranchRecord = {
    branch_id: branchId,
    uid: makeUid("br"),
    project_uid: project.uid,
    create_time: now,
    update_time: now,
    state_change_time: now,
    ...(expireTime && { expire_time: expireTime }),
    is_protected: spec.is_protected ?? false,
    source: { uid: parent.uid, name: branchName(project, parent), lsn: "0/0", time: now },
    logical_size_bytes: parent.logical_size_bytes,
    endpoints: [makeEndpoint("primary", "ENDPOINT_TYPE_READ_WRITE", project)],
    database_ids: parent.database_ids,
    roles: parent.roles,
  };
  store.reserve(branch);
  return platform.operations.start(branchName(project, branch), "branch", async () => {
    const made = await platform.copies.add(() => forkBranch(platform, { parent, branch, time }));
    return viewBranch(platform, { project, branch: made });
  });
}

export function updateBranch(platform: Platform, request: ApiRequest): Operation {
  const place = findBranch(platform, request);
  const mask = parseMask(request.query, ["spec", "spec.is_protected", "spec.expiration"]);
  const { spec } = parseBody(request.body, branchBody);
  if (!spec) throw invalid("Field 'branch.spec' is required.");
  const changesProtection =
    mask.has("spec.is_protected") || (mask.has("spec") && spec.is_protected !== undefined);
  const states = spec.ttl !== undefined || spec.expire_time !== undefined || spec.no_expiry !== undefined;
  const changesExpiration = mask.has("spec.expiration") || (mask.has("spec") && states);
  return changeBranch(platform, place, spec, { changesProtection, changesExpiration });
}

export function deleteBranch(platform: Platform, request: ApiRequest): Operation {
  const { project, branch } = findBranch(platform, request);
  const name = branchName(project, branch);
  if (platform.store.isPending(branch.uid)) throw badRequest(`branch '${name}' is still being created`);
  if (branch.is_protected) throw badRequest("cannot delete protected branch");
  if (!branch.source) {
    throw managedByParent(
      `Cannot delete root branch '${name}'. Root branches cannot be deleted independently.`,
    );
  }
  if (branch.uid === project.default_branch_uid) throw badRequest(`cannot delete default branch '${name}'`);
  const children = platform.store.listChildren(branch).map(({ branch_id }) => branch_id);
  if (children.length > 0) {
    throw badRequest(`cannot delete branch '${name}': it has child branches (${children.join(", ")})`);
  }
  return platform.operations.start(name, "branch", async () => {
    if (request.query.get("purge") === "true") await purgeBranch(platform, branch);
    else await softDeleteBranch(platform, branch);
    return empty;
  });
}

export function undeleteBranch(platform: Platform, request: ApiRequest): Operation {
  const { store } = platform;
  const project = store.project(idAt(request, 0));
  const id = idAt(request, 1);
  const named = store.branches(project, { deleted: true }).filter(({ branch_id }) => branch_id === id);
  if (store.branches(project).some(({ branch_id }) => branch_id === id)) {
    throw alreadyExists("branch with such id already exists");
  }
  const branch = named.filter(({ delete_time }) => delete_time !== undefined).at(-1);
  if (!branch) throw notFound("branch");
  const source = store.branches(project).find(({ uid }) => uid === branch.source?.uid);
  if (branch.source && !source)
    throw badRequest(`cannot undelete branch '${branchName(project, branch)}': its source branch is deleted`);
  if (source) checkMayHaveChildren(source);
  const { delete_time: _deleted, purge_time: _purge, ...kept } = branch;
  const now = new Date().toISOString();
  return platform.operations.start(branchName(project, branch), "branch", async () => {
    const endpoints = await Promise.all(kept.endpoints.map((endpoint) => openEndpoint(platform, endpoint)));
    const revived = { ...kept, endpoints, update_time: now, state_change_time: now };
    await store.saveBranch(revived);
    return viewBranch(platform, { project, branch: revived });
  });
}

/** An existing branch keeps its uid and its data; only what the spec states is changed. */
function replaceBranch(platform: Platform, place: BranchPlace, spec: BranchSpec): Operation {
  const states = spec.ttl !== undefined || spec.expire_time !== undefined || spec.no_expiry !== undefined;
  return changeBranch(platform, place, spec, {
    changesProtection: spec.is_protected !== undefined,
    changesExpiration: states,
  });
}

function changeBranch(
  platform: Platform,
  { project, branch }: BranchPlace,
  spec: BranchSpec,
  { changesProtection, changesExpiration }: { changesProtection: boolean; changesExpiration: boolean },
): Operation {
  if (platform.store.isPending(branch.uid))
    throw badRequest(`branch '${branch.branch_id}' is still being created`);
  const { expire_time: before, ...kept } = branch;
  const expireTime = changesExpiration ? resolveExpiration(spec, platform.limits) : before;
  const isProtected = changesProtection ? (spec.is_protected ?? false) : branch.is_protected;
  if (isProtected && !branch.is_protected) checkProtectable(platform, project, expireTime);
  if (expireTime !== undefined && changesExpiration)
    checkMayExpire(platform, { project, branch }, isProtected);
  const changed: BranchRecord = {
    ...kept,
    ...(expireTime && { expire_time: expireTime }),
    is_protected: isProtected,
    update_time: new Date().toISOString(),
  };
  return platform.operations.start(branchName(project, branch), "branch", async () => {
    await platform.store.saveBranch(changed);
    return viewBranch(platform, { project, branch: changed });
  });
}
