import type { CommandName } from "../commands.ts";
import {
  createBranch,
  deleteBranch,
  getBranch,
  listBranches,
  undeleteBranch,
  updateBranch,
} from "./branches/branches.ts";
import { createEndpoint, deleteEndpoint, getEndpoint, listEndpoints, updateEndpoint } from "./endpoints.ts";
import type { Handler } from "./platform.ts";
import {
  createProject,
  deleteProject,
  getProject,
  listProjects,
  undeleteProject,
  updateProject,
} from "./projects/projects.ts";
import {
  createDatabase,
  deleteDatabase,
  getDatabase,
  listDatabases,
  updateDatabase,
} from "./roles/databases.ts";
import { generateCredential } from "./roles/generate-credential.ts";
import { createRole, deleteRole, getRole, listRoles, updateRole } from "./roles/roles.ts";

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
