import { getMessage, LocalError } from "./local-error.ts";

/** What the machine lacks, under a stable name, and what to do about it. */
export interface Trouble {
  code: "RESOURCE_EXHAUSTED" | "FAILED_PRECONDITION" | "PERMISSION_DENIED";
  /** The state of Postgres' own errors that says the same. */
  sqlState: string;
  what: string;
  hint: string;
}

const troubles: (Trouble & { pattern: RegExp })[] = [
  {
    pattern: /\b(ENOSPC|EDQUOT)\b|No space left on device|Disk quota exceeded/,
    code: "RESOURCE_EXHAUSTED",
    sqlState: "53100",
    what: "the disk is full",
    hint: "Delete branches with --purge, run 'lakebase-local gc', or free some space",
  },
  {
    pattern: /\bEROFS\b|Read-only file system/,
    code: "FAILED_PRECONDITION",
    sqlState: "25006",
    what: "the file system is read-only",
    hint: "Point LAKEBASE_LOCAL_HOME at a folder that can be written",
  },
  {
    pattern: /\b(EACCES|EPERM)\b|Permission denied|Operation not permitted/,
    code: "PERMISSION_DENIED",
    sqlState: "42501",
    what: "this user may not access a file",
    hint: "Run as the user that owns the state directory, or point LAKEBASE_LOCAL_HOME at another folder",
  },
  {
    pattern: /\b(EMFILE|ENFILE)\b|Too many open files/,
    code: "RESOURCE_EXHAUSTED",
    sqlState: "53000",
    what: "too many files are open",
    hint: "Raise the limit (ulimit -n), or use fewer branches at once",
  },
  {
    pattern: /\b(EAGAIN|ENOMEM)\b|Cannot allocate memory|Resource temporarily unavailable/,
    code: "RESOURCE_EXHAUSTED",
    sqlState: "53200",
    what: "the machine is out of memory or processes",
    hint: "End other programs, raise the limit (ulimit -u), or use fewer branches at once",
  },
];

/** Finds the machine's problem behind an error, by the text of the system or of a program. */
export function findTrouble(error: unknown): Trouble | undefined {
  return troubles.find(({ pattern }) => pattern.test(getMessage(error)));
}

/** Describes an error: its problem's name, the message, and what to do about it; other failures with their hint. */
export function describeTrouble(error: unknown): string {
  const trouble = findTrouble(error);
  if (trouble) return `${trouble.what}: ${getMessage(error)}. ${trouble.hint}`;
  return error instanceof LocalError ? error.describe() : getMessage(error);
}
