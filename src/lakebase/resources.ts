import * as z from "zod";
import { branchNameFromResourcePath, listedName, listedUid } from "./branches/branch-id.ts";

/**
 * The parts of the CLI's output that we use. Any field may be missing: the CLI omits empty ones, and versions differ.
 */

export const branchSchema = z.object({
  branch: listedName,
  uid: listedUid.nullable(),
  parent_branch: listedName.nullable(),
  /** INIT, READY, ARCHIVED, RESETTING, IMPORTING, DELETED, or whatever Lakebase adds. */
  state: z.string(),
  /** RFC 3339; null if the CLI does not say. */
  create_time: z.string().nullable(),
  /** RFC 3339; null if the branch never expires. */
  expire_time: z.string().nullable(),
  default: z.boolean(),
  protected: z.boolean(),
});
export type Branch = z.infer<typeof branchSchema>;

/** A field that is missing, null or of the wrong type does not invalidate the rest. */
const text = z.string().nullish().catch(undefined);
const flag = z.boolean().nullish().catch(undefined);

const branchStatus = z.object({
  current_state: text,
  expire_time: text,
  source_branch: text,
  default: flag,
  // If we cannot read whether a branch is protected, assume it is.
  is_protected: z.boolean().nullish().catch(true),
});

export const branchResource = z
  .object({
    name: text,
    // The name can be derived from these if it is missing.
    parent: text,
    branch_id: text,
    uid: listedUid.nullish().catch(undefined),
    create_time: text,
    status: branchStatus.nullish().catch(branchStatus.parse({ is_protected: true })),
    // Fields of earlier CLI versions.
    is_default: flag,
    ...branchStatus.shape,
  })
  .transform(
    ({ name, parent, branch_id, uid, create_time, status, is_default, ...earlier }, context): Branch => {
      const branch = branchNameFromResourcePath(name ?? `${parent}/branches/${branch_id}`);
      if (branch === null) {
        context.issues.push({
          code: "custom",
          message: "not the path of a branch",
          input: name,
          path: ["name"],
        });
        return z.NEVER;
      }
      return {
        branch,
        uid: uid ?? null,
        parent_branch: branchNameFromResourcePath(status?.source_branch ?? earlier.source_branch ?? ""),
        state: status?.current_state ?? earlier.current_state ?? "UNKNOWN",
        create_time: create_time ?? null,
        expire_time: status?.expire_time ?? earlier.expire_time ?? null,
        default: status?.default ?? earlier.default ?? is_default ?? false,
        protected: status?.is_protected ?? earlier.is_protected ?? false,
      };
    },
  );

/** A list of branches. A branch without a name is skipped. */
export const branchListing = z.array(z.unknown()).transform((all, context): Branch[] => {
  const read = all.map((each) => branchResource.safeParse(each));
  const branches = read.flatMap(({ data }) => data ?? []);
  if (branches.length > 0 || all.length === 0) return branches;
  context.issues.push({ code: "custom", message: "no branch has a name", input: all });
  return z.NEVER;
});

const endpointStatus = z.object({
  endpoint_type: z.string().optional(),
  current_state: z.string().optional(),
  disabled: z.boolean().optional(),
  hosts: z.object({ host: z.string().optional() }).optional(),
});

export interface Endpoint {
  /** The full resource path. */
  name: string;
  readOnly: boolean;
  disabled: boolean;
  /** With a port unless it is 5432; null until Lakebase has assigned one. */
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
