import * as z from "zod";
import { ttlSchema } from "../../schemas/plan.ts";
import { describeIssues } from "../utils/describe-issues.ts";
import { LakebaseBranchError } from "./errors.ts";

const expirySchema = z.union(
  [
    z.strictObject({ ttl: ttlSchema }),
    z.strictObject({ expire_time: z.iso.datetime({ offset: true }) }),
    z.strictObject({ no_expiry: z.literal(true) }),
  ],
  'exactly one of ttl (whole seconds, "604800s"), expire_time (RFC 3339) and no_expiry (true)',
);

/** Lakebase wants exactly one. `ttl` is in whole seconds, `"604800s"`; `expire_time` is RFC 3339. */
export type Expiry = z.infer<typeof expirySchema>;

/** @throws LakebaseBranchError `invalid_expiry` */
export function asExpiry(value: Expiry): Expiry {
  const expiry = expirySchema.safeParse(value);
  if (expiry.success) return expiry.data;
  throw new LakebaseBranchError(
    "invalid_expiry",
    `An expiry is ${describeIssues(expiry.error, expirySchema)}.`,
    {
      hint: "Experiments take a ttl; a branch that will have children takes no_expiry.",
    },
  );
}

/** The ttl or the expire time, to name it in an error. */
export function describeExpiry(expiry: Expiry): string {
  if ("ttl" in expiry) return expiry.ttl;
  return "expire_time" in expiry ? expiry.expire_time : "no_expiry";
}
