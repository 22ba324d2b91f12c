import * as z from "zod";
import { type BranchName, type BranchUid, branchNameFromResourcePath } from "./branches/branch-id.ts";

/** What the CLI prints, as far as it is used. Fields may be missing anywhere: it omits what is empty, and versions differ. */

export interface Branch {
  branch: BranchName;
  uid: BranchUid | null;
  parent_branch: BranchName | null;
  /** INIT, READY, ARCHIVED, RESETTING, IMPORTING, DELETED, or whatever Lakebase adds. */
  state: string;
  /** RFC 3339; null where the CLI does not tell. */
  create_time: string | null;
  /** RFC 3339; null where the branch never expires. */
  expire_time: string | null;
  default: boolean;
  protected: boolean;
}

/** A field that is absent, null or of another type than it should be costs itself alone. */
const text = z.string().nullish().catch(undefined);
const flag = z.boolean().nullish().catch(undefined);

const branchStatus = z.object({
  current_state: text,
  expire_time: text,
  source_branch: text,
  default: flag,
  // A guard that cannot be read holds.
  is_protected: z.boolean().nullish().catch(true),
});

export const branchResource = z
  .object({
    name: text,
    // Enough to tell the name where that is missing.
    parent: text,
    branch_id: text,
    uid: z.string().min(1).brand<"BranchUid">().nullish().catch(undefined),
    create_time: text,
    status: branchStatus.nullish().catch(undefined),
    // Earlier versions of the CLI.
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

/** A listing. A branch that has no name costs itself, not the list. */
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
