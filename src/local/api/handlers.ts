import * as z from "zod";
import type { CommandName } from "../commands.ts";
import { invalid, notFound } from "./api-error.ts";
import { parseBody } from "./body.ts";
import {
  createBranch,
  deleteBranch,
  getBranch,
  listBranches,
  undeleteBranch,
  updateBranch,
} from "./branches.ts";
import { createDatabase, deleteDatabase, getDatabase, listDatabases, updateDatabase } from "./databases.ts";
import { createEndpoint, deleteEndpoint, getEndpoint, listEndpoints, updateEndpoint } from "./endpoints.ts";
import { durationSeconds, timeOf } from "./expiration.ts";
import type { ApiRequest, Handler, Platform } from "./platform.ts";
import {
  createProject,
  deleteProject,
  getProject,
  listProjects,
  undeleteProject,
  updateProject,
} from "./projects.ts";
import { createRole, deleteRole, getRole, listRoles, updateRole } from "./roles.ts";

/** What answers each command's request. */
export const handlers: Record<CommandName, Handler> = {
  "create-project": createProject,
  "get-project": getProject,
  "list-projects": listProjects,
  "update-project": updateProject,
  "delete-project": deleteProject,
  "undelete-project": undeleteProject,
  "create-branch": createBranch,
  "get-branch": getBranch,
  "list-branches": listBranches,
  "update-branch": updateBranch,
  "delete-branch": deleteBranch,
  "undelete-branch": undeleteBranch,
  "create-endpoint": createEndpoint,
  "get-endpoint": getEndpoint,
  "list-endpoints": listEndpoints,
  "update-endpoint": updateEndpoint,
  "delete-endpoint": deleteEndpoint,
  "create-database": createDatabase,
  "get-database": getDatabase,
  "list-databases": listDatabases,
  "update-database": updateDatabase,
  "delete-database": deleteDatabase,
  "create-role": createRole,
  "get-role": getRole,
  "list-roles": listRoles,
  "update-role": updateRole,
  "delete-role": deleteRole,
  "generate-database-credential": generateCredential,
  "get-operation": ({ operations }, { path, waitSeconds }) => operations.get(path, waitSeconds),
};

const credentialBody = z.object({
  endpoint: z.string().optional(),
  ttl: z.string().optional(),
  expire_time: z.string().optional(),
});
const shortest = 300;
const longest = 3600;

async function generateCredential(platform: Platform, { body }: ApiRequest): Promise<object> {
  const { endpoint = "", ttl, expire_time } = parseBody(body, credentialBody);
  if (endpoint === "") throw invalid(`Field 'endpoint' is required, expected non-default value (not "")!`);
  if (ttl !== undefined && expire_time !== undefined) {
    throw invalid("Fields 'ttl' and 'expire_time' are mutually exclusive.");
  }
  const now = Date.now();
  const asked = expire_time === undefined ? undefined : (timeOf("expire_time", expire_time) - now) / 1000;
  const seconds = ttl === undefined ? (asked ?? longest) : durationSeconds("ttl", ttl);
  // A time that was 300 s ahead when it was written is a little less so now.
  if (seconds < shortest - 1 || seconds > longest + 1) {
    throw invalid(`The credential must expire between ${shortest} and ${longest} seconds from now.`);
  }
  const [, project, branch, id] =
    /^projects\/([^/]+)\/branches\/([^/]+)\/endpoints\/([^/]+)$/.exec(endpoint) ?? [];
  if (!project || !branch || !id) throw notFound("endpoint");
  const place = platform.store.endpoint(project, branch, id);
  const end = new Date(now + seconds * 1000);
  return { token: await platform.credentials.issue(place.endpoint.uid, end), expire_time: end.toISOString() };
}
