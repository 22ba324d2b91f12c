import { createHash } from "node:crypto";
import * as z from "zod";
import { LakebaseBranchError } from "../cli/errors.ts";

/**
 * A Lakebase branch has two identifiers. Its name is the last part of its resource path,
 * `projects/<project>/branches/<name>`, and is what every call accepts. Its uid (`br-broad-sky-d2k5gewt`) is generated
 * by Lakebase, and no call accepts it. The brands keep the two apart.
 */
export type BranchName = z.infer<typeof branchName>;
export type BranchUid = z.infer<typeof branchUid>;

const maxLength = 63;
const branchName = z
  .string()
  .regex(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/)
  .brand<"BranchName">();
const branchUid = z.string().regex(/^br-./).brand<"BranchUid">();
/** Whatever Lakebase itself calls a branch is a name, whatever it looks like. */
export const listedName = z.string().min(1).brand<"BranchName">();
export const listedUid = z.string().min(1).brand<"BranchUid">();
const recordedName = z
  .string()
  .regex(/^[^\s\p{Cc}]+$/u)
  .brand<"BranchName">();

/**
 * Parses a branch name.
 * @throws LakebaseBranchError `invalid_branch_name` if it cannot be a name, or looks like a uid
 */
export function asBranchName(text: string): BranchName {
  if (looksLikeBranchUid(text)) {
    throw new LakebaseBranchError("invalid_branch_name", `"${text}" is a branch uid, not a branch name.`, {
      hint:
        "Pass the branch name (the last part of projects/<project>/branches/<name>), never " +
        "the uid (br-…). The list of branches has both.",
    });
  }
  const name = branchName.safeParse(text);
  if (name.success) return name.data;
  throw new LakebaseBranchError("invalid_branch_name", `"${text}" is not a branch name.`, {
    hint:
      `A branch name has 1 to ${maxLength} lower-case letters, digits and hyphens, begins with a letter, and does ` +
      `not end in a hyphen, for example "${toBranchName(text)}".`,
  });
}

/** Parses the branch in a record, which other tools also write; undefined if it is not a single word. */
export function parseRecordedBranch(text: string): BranchName | BranchUid | undefined {
  return looksLikeBranchUid(text) ? asBranchUid(text) : recordedName.safeParse(text).data;
}

/** Parses a branch uid. @throws LakebaseBranchError `invalid_branch_uid` */
export function asBranchUid(text: string): BranchUid {
  const uid = branchUid.safeParse(text);
  if (uid.success) return uid.data;
  throw new LakebaseBranchError("invalid_branch_uid", `"${text}" is not a branch uid.`, {
    hint: "A uid begins with br-. Elsewhere, pass the branch name.",
  });
}

/**
 * Whether a text has the form of Lakebase's uids, br-<word>-<word>-<8 letters and digits>. The prefix br- is not
 * enough: names may begin with it too.
 */
export function looksLikeBranchUid(text: string): boolean {
  return /^br-[a-z]+-[a-z]+-(?=[a-z]*[0-9])(?=[0-9]*[a-z])[a-z0-9]{8}$/.test(text);
}

/** Extracts the name from `projects/<project>/branches/<name>`; null if the path is not a branch's. */
export function branchNameFromResourcePath(path: string): BranchName | null {
  return listedName.safeParse(/^projects\/[^/]+\/branches\/([^/]+)$/.exec(path)?.[1]).data ?? null;
}

/**
 * Builds a valid name from the parts that identify a branch, such as a feature and an experiment:
 * `f1-checkout--exp-pg`. If anything had to be changed (unusual characters, length), a hash of all parts keeps the name
 * unique; a change of letter case only does not add one. Build a name once and store it: it cannot be rebuilt from a
 * shortened form.
 */
export function toBranchName(...parts: readonly string[]): BranchName {
  const plain = branchName.safeParse(toStem(parts));
  const isFaithful = plain.success && plain.data === parts.join("--").toLowerCase();
  return isFaithful ? plain.data : toHashedBranchName(...parts);
}

/**
 * Builds the name with the hash always added: for parts whose plain name is taken because they differ only in letter
 * case.
 */
export function toHashedBranchName(...parts: readonly string[]): BranchName {
  const hash = createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 8);
  const stem = toStem(parts)
    .slice(0, maxLength - hash.length - 1)
    .replace(/-+$/, "");
  return branchName.parse(`${stem}-${hash}`);
}

/** Keeps as much of the parts as possible, as the beginning of a name that cannot be taken for a uid. */
function toStem(parts: readonly string[]): string {
  const joined = parts.map(toHyphens).join("--");
  return /^(?!br-)[a-z]/.test(joined) ? joined : `b-${joined}`;
}

const toHyphens = (part: string) =>
  part
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
