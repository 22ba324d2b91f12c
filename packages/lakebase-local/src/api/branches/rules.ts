import * as z from "zod";
import { badRequest, invalid, notFound, quotaExceeded } from "../api-error.ts";
import type { Platform } from "../platform.ts";
import type { BranchRecord, ProjectRecord } from "../records.ts";
import type { BranchPlace } from "../store.ts";
import { expirationFields, parseTime } from "./expiration.ts";

/** The body of a request that makes or changes a branch. */
export const branchBody = z.object({
  spec: z
    .object({
      source_branch: z.string().optional(),
      source_branch_lsn: z.string().optional(),
      source_branch_time: z.string().optional(),
      is_protected: z.boolean().optional(),
      ...expirationFields,
    })
    .optional(),
});
export type BranchSpec = NonNullable<z.infer<typeof branchBody>["spec"]>;

const maxProtected = 1;

/** Only branches that nothing depends on may expire. */
export function checkMayExpire(
  { store }: Platform,
  { project, branch }: BranchPlace,
  isProtected: boolean,
): void {
  if (branch.uid === project.default_branch_uid)
    throw badRequest("The default branch cannot have an expiration date.");
  if (!branch.source) throw badRequest("Root branches cannot have an expiration date.");
  if (isProtected) throw badRequest("Protected branches cannot have an expiration date.");
  if (store.listChildren(branch).length > 0) {
    throw badRequest("Branches with child branches cannot have an expiration date.");
  }
}

/** One branch of a project may be protected, but none that expires. */
export function checkProtectable(
  { store }: Platform,
  project: ProjectRecord,
  expireTime: string | undefined,
): void {
  if (expireTime !== undefined) throw badRequest("Protected branches cannot have an expiration date.");
  if (store.branches(project).filter(({ is_protected }) => is_protected).length >= maxProtected) {
    throw quotaExceeded(`protected branches limit exceeded: a project has at most ${maxProtected}`);
  }
}

/** The branch that a new one is taken from: the one named, or the project's default. */
export function findParent(
  { store }: Platform,
  project: ProjectRecord,
  sourceBranch: string | undefined,
): BranchRecord {
  const prefix = `projects/${project.project_id}/branches/`;
  const parent = sourceBranch
    ? store.branches(project).find(({ branch_id }) => `${prefix}${branch_id}` === sourceBranch)
    : store.branches(project).find(({ uid }) => uid === project.default_branch_uid);
  if (!parent) throw notFound("branch");
  if (store.isPending(parent.uid))
    throw badRequest(`source branch '${parent.branch_id}' is still being created`);
  checkMayHaveChildren(parent);
  return parent;
}

/** A branch that expires would take its children's history with it. */
export function checkMayHaveChildren({ expire_time }: BranchRecord): void {
  if (expire_time) throw badRequest("Branches with an expiration date cannot have child branches.");
}

/** The moment of the source's history that is asked for; undefined for its present. */
export function sourceTime(spec: BranchSpec, project: ProjectRecord, parent: BranchRecord): Date | undefined {
  if (spec.source_branch_lsn !== undefined) {
    throw badRequest("lakebase-local keeps no WAL history: 'source_branch_lsn' cannot be served");
  }
  if (spec.source_branch_time === undefined) return undefined;
  const time = parseTime("source_branch_time", spec.source_branch_time);
  if (time > Date.now()) throw invalid("Field 'source_branch_time' must not be in the future.");
  if (time < Date.now() - project.history_retention_seconds * 1000) {
    throw badRequest(
      `'source_branch_time' is before the retained history of ${project.history_retention_seconds}s`,
    );
  }
  if (time < Date.parse(parent.create_time)) {
    throw badRequest(
      `'source_branch_time' is before the source branch was created, at ${parent.create_time}`,
    );
  }
  return new Date(time);
}
