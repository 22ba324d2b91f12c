import { createHash } from "node:crypto";
import * as z from "zod";
import { LakebaseBranchError } from "../cli/errors.ts";

/**
 * A Lakebase branch has two identifiers. Its name is the last part of its resource path,
 * `projects/<project>/branches/<name>`: every call takes it. Its uid (`br-broad-sky-d2k5gewt`) is made by
 * Lakebase and no call takes it. The brands keep the two apart.
 */
export type BranchName = z.infer<typeof branchName>;
export type BranchUid = z.infer<typeof branchUid>;

const maxLength = 63;
const branchName = z
  .string()
  .regex(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/)
  .brand<"BranchName">();
const branchUid = z.string().regex(/^br-./).brand<"BranchUid">();
/** What Lakebase itself calls a branch is its name, whatever it looks like. */
const listedName = z.string().min(1).brand<"BranchName">();
const recordedName = z
  .string()
  .regex(/^[^\s\p{Cc}]+$/u)
  .brand<"BranchName">();

/** Throws `invalid_branch_name` for what cannot be a name, and for what looks like a uid. */
export function asBranchName(text: string): BranchName {
  if (looksLikeBranchUid(text)) {
    throw new LakebaseBranchError("invalid_branch_name", `"${text}" is a branch uid, not a branch name.`, {
      hint:
        "Pass the branch name (the last part of projects/<project>/branches/<name>), never " +
        "the uid (br-…). list_branches shows both.",
    });
  }
  const name = branchName.safeParse(text);
  if (name.success) return name.data;
  throw new LakebaseBranchError("invalid_branch_name", `"${text}" is not a branch name.`, {
    hint:
      `A branch name has 1 to ${maxLength} lower-case letters, digits and hyphens, begins with a letter and does ` +
      `not end in a hyphen, for example "${toBranchName(text)}".`,
  });
}

/** The branch in a record, which other tools write, too; undefined for what is not one word. */
export function parseRecordedBranch(text: string): BranchName | BranchUid | undefined {
  return looksLikeBranchUid(text) ? asBranchUid(text) : recordedName.safeParse(text).data;
}

/** Throws `invalid_branch_uid` for what is no uid. */
export function asBranchUid(text: string): BranchUid {
  const uid = branchUid.safeParse(text);
  if (uid.success) return uid.data;
  throw new LakebaseBranchError("invalid_branch_uid", `"${text}" is not a branch uid.`, {
    hint: "A uid begins with br-. Elsewhere, pass the branch name.",
  });
}

/** Lakebase makes uids as br-<word>-<word>-<8 letters and digits>. The prefix alone says nothing: names may begin with br-. */
export function looksLikeBranchUid(text: string): boolean {
  return /^br-[a-z]+-[a-z]+-(?=[a-z]*[0-9])(?=[0-9]*[a-z])[a-z0-9]{8}$/.test(text);
}

/** The name in `projects/<project>/branches/<name>`, or null where the path is not of a branch. */
export function branchNameFromResourcePath(path: string): BranchName | null {
  return listedName.safeParse(/^projects\/[^/]+\/branches\/([^/]+)$/.exec(path)?.[1]).data ?? null;
}

/**
 * One valid name from what identifies a branch, such as a feature and an experiment: `f1-checkout--exp-pg`. Where
 * something had to go (odd characters, length), a hash of the whole keeps it apart from its neighbours; letter case
 * alone does not. Make it once and store it: no other place can make it again from a shortened form.
 */
export function toBranchName(...parts: readonly string[]): BranchName {
  const plain = branchName.safeParse(toStem(parts));
  const isFaithful = plain.success && plain.data === parts.join("--").toLowerCase();
  return isFaithful ? plain.data : toHashedBranchName(...parts);
}

/** The same, always with the hash: for parts whose plain name is taken, since they differ from others by case alone. */
export function toHashedBranchName(...parts: readonly string[]): BranchName {
  const hash = createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 8);
  const stem = toStem(parts)
    .slice(0, maxLength - hash.length - 1)
    .replace(/-+$/, "");
  return branchName.parse(`${stem}-${hash}`);
}

/** All that can be kept of the parts, as the beginning of a name that no uid begins with. */
function toStem(parts: readonly string[]): string {
  const joined = parts.map(toHyphens).join("--");
  return /^(?!br-)[a-z]/.test(joined) ? joined : `b-${joined}`;
}

const toHyphens = (part: string) =>
  part
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
