import * as z from "zod";
import { badRequest, invalid, notFound } from "../api-error.ts";
import { parseDuration } from "../branches/expiration.ts";
import { checkSize, readSuspendSeconds } from "../endpoints.ts";
import type { Platform } from "../platform.ts";
import type { ProjectRecord } from "../records.ts";

const day = 86_400;
const sizes = {
  autoscaling_limit_min_cu: z.number().optional(),
  autoscaling_limit_max_cu: z.number().optional(),
  suspend_timeout_duration: z.string().optional(),
  no_suspension: z.boolean().optional(),
};
/** The body of a request that makes or changes a project. */
export const projectBody = z.object({
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
export type ProjectBody = z.infer<typeof projectBody>;
export type ProjectSpec = NonNullable<z.infer<typeof projectBody>["spec"]>;

/** The project with what the spec states. @throws ApiError for values outside of their limits. */
export function applySpec(platform: Platform, project: ProjectRecord, spec: ProjectSpec): ProjectRecord {
  const defaults = spec.default_endpoint_settings ?? {};
  const changed: ProjectRecord = {
    ...project,
    display_name: spec.display_name ?? project.display_name,
    enable_pg_native_login: spec.enable_pg_native_login ?? project.enable_pg_native_login,
    min_cu: defaults.autoscaling_limit_min_cu ?? project.min_cu,
    max_cu: defaults.autoscaling_limit_max_cu ?? project.max_cu,
    suspend_seconds: readSuspendSeconds(defaults, project.suspend_seconds),
    history_retention_seconds: parseRetention(
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

function parseRetention(duration: string | undefined, before: number): number {
  if (duration === undefined) return before;
  const seconds = parseDuration("history_retention_duration", duration);
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
  if (store.isPending(branch.uid)) throw badRequest(`branch '${branch.branch_id}' is still being created`);
  if (branch.expire_time) throw badRequest("A branch with an expiration date cannot be the default branch.");
  return branch.uid;
}
