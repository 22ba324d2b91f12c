import type { ErrorCode } from "../../../schemas/error-codes.ts";

/** A failed CLI call. */
export interface Failure {
  /** The subcommand and its object: `create-branch projects/p exp-a`. */
  command: string;
  stderr: string;
  /** `exit code 1`, `signal SIGKILL`. */
  ending: string;
  profile?: string | undefined;
  project: string;
  /** The ttl or expire time that the call requested. */
  expiry?: string | undefined;
}

/** What a failure means whose text it matches. */
export interface Rule {
  code: ErrorCode;
  pattern: RegExp;
  about?: "branch";
  retryable?: true;
  hint: (failure: Failure) => string;
}
