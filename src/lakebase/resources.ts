import * as z from "zod";
import { type BranchName, type BranchUid, branchNameFromResourcePath } from "./branch-id.ts";

/** What the CLI prints, as far as it is used. Fields may be missing anywhere: it omits what is empty, and versions differ. */

export interface Branch {
  branch: BranchName;
  uid: BranchUid | null;
  parent_branch: BranchName | null;
  /** INIT, READY, ARCHIVED, RESETTING, IMPORTING, DELETED, or whatever Lakebase adds. */
  state: string;
  /** RFC 3339; null where the branch never expires. */
  expire_time: string | null;
  default: boolean;
  protected: boolean;
}

const branchStatus = z.object({
  current_state: z.string().optional(),
  expire_time: z.string().optional(),
  source_branch: z.string().optional(),
  default: z.boolean().optional(),
  is_protected: z.boolean().optional(),
});

export const branchResource = z
  .object({
    name: z.string(),
    uid: z.string().brand<"BranchUid">().optional(),
    status: branchStatus.optional(),
    // Earlier versions of the CLI.
    is_default: z.boolean().optional(),
    ...branchStatus.shape,
  })
  .transform(({ name, uid, status, is_default, ...earlier }, context): Branch => {
    const branch = branchNameFromResourcePath(name);
    if (branch === null) {
      context.issues.push({
        code: "custom",
        message: "not the path of a branch",
        input: name,
        path: ["name"],
      });
      return z.NEVER;
    }
    const { current_state, expire_time, source_branch, is_protected, ...rest } = { ...earlier, ...status };
    return {
      branch,
      uid: uid ?? null,
      parent_branch: source_branch === undefined ? null : branchNameFromResourcePath(source_branch),
      state: current_state ?? "UNKNOWN",
      expire_time: expire_time ?? null,
      default: rest.default ?? is_default ?? false,
      protected: is_protected ?? false,
    };
  });

const endpointStatus = z.object({
  endpoint_type: z.string().optional(),
  current_state: z.string().optional(),
  disabled: z.boolean().optional(),
  hosts: z.object({ host: z.string().optional() }).optional(),
});

export interface Endpoint {
  /** The whole resource path. */
  name: string;
  readOnly: boolean;
  disabled: boolean;
  /** With a port where it is not 5432; null until Lakebase has assigned one. */
  host: string | null;
}

export const endpointResource = z.object({ name: z.string(), status: endpointStatus.optional() }).transform(
  ({ name, status }): Endpoint => ({
    name,
    readOnly: status?.endpoint_type === "ENDPOINT_TYPE_READ_ONLY",
    disabled: status?.disabled ?? false,
    host: status?.hosts?.host || null,
  }),
);

export const credentialResource = z.object({ token: z.string().min(1), expire_time: z.string().optional() });

export const userResource = z.object({ userName: z.string().min(1) });
