import * as z from "zod";

/** A name that is a single path segment, and safe as part of a git branch name. */
const segment = (field: string) =>
  z
    .string()
    .max(63, `${field} is longer than 63 characters`)
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
      `${field} must start with a letter or digit and contain only letters, digits, ".", "_" and "-"`,
    )
    .refine(
      (name) => !/\.\.|\.$|\.lock$/.test(name),
      `${field} must not contain ".." or end in "." or ".lock"`,
    );

export const featureIdSchema = segment("feature_id");
export const experimentSlugSchema = segment("experiment_slug");
export const cycleIdSchema = segment("cycle_id");
export const runIdSchema = z
  .string()
  .regex(/^run-[0-9]{8}T[0-9]{6}-[0-9a-f]{8}$/, "a run_id looks like run-20260101T000000-0123abcd");

/** The prefix for branch names, which keeps those of several people apart. */
export const branchPrefixSchema = z
  .string()
  .regex(
    /^(?!br-)[a-z]([a-z0-9-]{0,18}[a-z0-9])?$/,
    'a branch prefix must have at most 20 lower-case letters, digits and "-", start with a letter but not with "br-", and end in a letter or digit, as in "kai"',
  );

/** A kind of test. */
export const tagSchema = z
  .string()
  .regex(
    /^[a-z][a-z0-9_-]{0,31}$/,
    'a tag must start with a lower-case letter and contain only lower-case letters, digits, "_" and "-"',
  );

/** The tags that come first in every matrix, in this order. */
export const standardTags = ["api", "e2e", "infra"] as const;

const isPlainPart = (part: string) => part !== "" && part !== "." && part !== "..";

/** File systems limit bytes: 255 per name, a few thousand per path. */
const countBytes = (text: string) => new TextEncoder().encode(text).length;
const fitsOnDisk = (path: string) =>
  countBytes(path) <= 2048 && path.split("/").every((part) => countBytes(part) <= 255);

/** A relative path that only leads down. `what` names it in messages. */
export const relativePathSchema = (what: string) =>
  z
    .string()
    .max(1024, `${what} must have at most 1024 characters`)
    .refine((path) => !/[\p{Cc}\\]/u.test(path), `${what} must not contain a backslash or control characters`)
    .refine(
      (path) => path.split("/").every(isPlainPart),
      `${what} must be a relative path, without a leading "/" and without empty, "." or ".." parts`,
    )
    .refine(fitsOnDisk, `${what} must have at most 255 bytes in each part, and 2048 in total`);

/** A relative path below a cycle's artifact folder: `junit.xml`, `traces/network.har`, `v1..v2.diff`. */
export const artifactNameSchema = relativePathSchema("an artifact name");
