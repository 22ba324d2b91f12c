import * as z from "zod";
import { ttlSchema } from "../../../schemas/plan/plan.ts";
import { describeIssues } from "../../utils/describe-issues.ts";
import { LakebaseBranchError } from "../cli/errors.ts";

const expirySchema = z.union(
  [
    z.strictObject({ ttl: ttlSchema }),
    z.strictObject({ expire_time: z.iso.datetime({ offset: true }) }),
    z.strictObject({ no_expiry: z.literal(true) }),
  ],
  'exactly one of ttl (whole seconds, "604800s"), expire_time (RFC 3339) and no_expiry (true)',
);

/** Lakebase requires exactly one. `ttl` is in whole seconds, `"604800s"`; `expire_time` is RFC 3339. */
export type Expiry = z.infer<typeof expirySchema>;

/** Validates an expiry. @throws LakebaseBranchError `invalid_expiry` */
export function asExpiry(value: Expiry): Expiry {
  const expiry = expirySchema.safeParse(value);
  if (expiry.success) return expiry.data;
  throw new LakebaseBranchError(
    "invalid_expiry",
    `Invalid expiry: ${describeIssues(expiry.error, expirySchema)}.`,
    {
      hint: "Use a ttl for experiments, and no_expiry for a branch that will have children.",
    },
  );
}

/** Returns the ttl or the expire time, for an error message. */
export function describeExpiry(expiry: Expiry): string {
  if ("ttl" in expiry) return expiry.ttl;
  return "expire_time" in expiry ? expiry.expire_time : "no_expiry";
}

/** How far rounding and latency may shift an expiry, in milliseconds. */
const toleranceMs = 60_000;

/**
 * Warns that an existing branch does not have the requested lifetime; undefined if it has.
 * @param asked acceptable expiries
 * @param cut when the branch was created, and its expiry at that time, which a run may have extended since
 */
export function describeOtherExpiry(
  { branch, expire_time }: { branch: string; expire_time: string | null },
  asked: readonly Expiry[],
  cut: { cut_at: string; expire_time: string | null },
): string | undefined {
  const [wanted] = asked;
  if (wanted === undefined || asked.some((expiry) => matchesExpiry(expiry, cut))) return undefined;
  const lives = expire_time === null ? "never expires" : `lives until ${expire_time}`;
  return `Branch ${branch} already existed and ${lives}: ${describeExpiry(wanted)} was not applied.`;
}

function matchesExpiry(expiry: Expiry, cut: { cut_at: string; expire_time: string | null }): boolean {
  if (cut.expire_time === null) return "no_expiry" in expiry;
  if ("no_expiry" in expiry) return false;
  const until =
    "ttl" in expiry
      ? Date.parse(cut.cut_at) + Number.parseInt(expiry.ttl, 10) * 1000
      : Date.parse(expiry.expire_time);
  return Math.abs(until - Date.parse(cut.expire_time)) <= toleranceMs;
}
