import type { Rule } from "./rule.ts";

/** What keeps the CLI or the emulator from working on this machine, in the system's words or in the emulator's. */
export const machineRules: readonly Rule[] = [
  {
    code: "disk_full",
    pattern: /\bdisk is (too )?full\b|no space left on device|disk quota exceeded/i,
    hint: () => "Free some disk space, or delete branches that are no longer needed, then call again.",
  },
  {
    code: "read_only",
    pattern: /read-only file system|file system is read-only/i,
    hint: () => "The CLI must be able to write its files. Make that file system writable, then call again.",
  },
  {
    code: "permission_denied",
    pattern: /this user may not access a file|\b[a-z]+(\/exec)? \/\S*: permission denied/i,
    hint: () => "Give the user that runs this server access to the path in the message, then call again.",
  },
  {
    code: "too_many_open_files",
    pattern: /too many open files|too many files are open/i,
    retryable: true,
    hint: () => "Raise the limit (ulimit -n), or run fewer experiments at once; then call again.",
  },
  {
    code: "no_more_processes",
    pattern: /cannot allocate memory|resource temporarily unavailable|out of memory or processes/i,
    retryable: true,
    hint: () =>
      "Raise the limit (ulimit -u), free memory, or run fewer experiments at once; then call again.",
  },
];
