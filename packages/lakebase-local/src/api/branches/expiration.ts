import * as z from "zod";
import { badRequest, invalid, traced } from "../api-error.ts";
import type { Limits } from "../platform.ts";

/** The three ways to say how long something lives. */
export const expirationFields = {
  ttl: z.string().optional(),
  expire_time: z.string().optional(),
  no_expiry: z.boolean().optional(),
};

interface Expiration {
  ttl?: string | undefined;
  expire_time?: string | undefined;
  no_expiry?: boolean | undefined;
}

/**
 * When a branch ends that is created or changed now; undefined when it never does.
 * @throws ApiError unless exactly one way is given, and within the longest time allowed.
 */
export function resolveExpiration(spec: Expiration, limits: Limits): string | undefined {
  const given = [spec.ttl, spec.expire_time, spec.no_expiry].filter((value) => value !== undefined);
  if (given.length === 0) {
    throw invalid(
      "No expiration is given: set exactly one of 'ttl', 'expire_time' or 'no_expiry' in the branch's spec.",
    );
  }
  if (given.length > 1) throw invalid("Fields 'ttl', 'expire_time' and 'no_expiry' are mutually exclusive.");
  if (spec.no_expiry === false) {
    throw invalid("Field 'no_expiry' cannot be false; give 'ttl' or 'expire_time' instead.");
  }
  if (spec.no_expiry) return undefined;
  const end =
    spec.ttl !== undefined
      ? Date.now() + parseDuration("ttl", spec.ttl) * 1000
      : parseTime("expire_time", spec.expire_time ?? "");
  if (end <= Date.now()) throw invalid("The expiration time must be in the future.");
  if (end > Date.now() + limits.max_ttl_seconds * 1000) {
    throw badRequest(traced("expiration time exceeds the maximum expiration time"));
  }
  return new Date(end).toISOString();
}

/** Seconds of a protobuf duration such as `3600s`. */
export function parseDuration(field: string, text: string): number {
  const match = /^(-?\d+(?:\.\d{1,9})?)s$/.exec(text);
  if (!match) throw invalid(`Field '${field}' must be a duration in seconds such as "3600s", got '${text}'.`);
  return Number(match[1]);
}

/** Milliseconds of an RFC 3339 time. */
export function parseTime(field: string, text: string): number {
  const parsed = z.iso.datetime({ offset: true }).safeParse(text);
  if (!parsed.success)
    throw invalid(`Field '${field}' must be a time such as "2026-08-21T12:00:00Z", got '${text}'.`);
  return Date.parse(parsed.data);
}
