import type { ErrorCodeEntry } from "./entry.ts";

/** This machine, or a record on it, prevents the call. */
export const machineErrors = {
  database_unreadable: {
    meaning: "The tables of a branch could not be read.",
    remedy: "Check that the branch answers, then call again.",
    retry: "yes",
  },
  disk_full: {
    meaning: "The disk is full.",
    remedy: "Free some space, then call again.",
    retry: "sometimes",
  },
  internal: {
    meaning: "Something unexpected happened: a defect of the server.",
    remedy: "Please report it.",
    retry: "no",
  },
  locked: {
    meaning: "Another process holds a lock and does not release it.",
    remedy: "Call again. If it persists, end that process.",
    retry: "yes",
  },
  needed_again: {
    meaning: "A leftover changed after it was listed, so it was not removed.",
    remedy: "Call `clean_up` again to see what it is now.",
    retry: "yes",
  },
  no_more_processes: {
    meaning: "The machine cannot start another process.",
    remedy: "Raise the limit, free memory, or run fewer experiments at once.",
    retry: "yes",
  },
  out_of_memory: {
    meaning: "A suite or the setup failed, and the system killed a process for lack of memory while it ran.",
    remedy: "Run the experiment again, with fewer at once or on a machine with more memory.",
    retry: "yes",
  },
  permission_denied: {
    meaning: "This user or login lacks a permission.",
    remedy: "Grant access to the path or project that the message names.",
    retry: "no",
  },
  read_only: {
    meaning: "The file system is read-only.",
    remedy: "Make the workspace writable, or work in a copy.",
    retry: "no",
  },
  record_outside: {
    meaning: "A folder of the records is a link that leads out of the workspace.",
    remedy: "Replace the link with a folder.",
    retry: "no",
  },
  record_unreadable: {
    meaning: "A record in `.tdd` is not valid.",
    remedy: "Repair the file, or move it away; then call again.",
    retry: "no",
  },
  schema_unreadable: {
    meaning: "The schema of a branch could not be read.",
    remedy: "Check that the branch answers, then call again.",
    retry: "yes",
  },
  too_many_open_files: {
    meaning: "Too many files are open.",
    remedy: "Raise the limit (`ulimit -n`), or run fewer experiments at once.",
    retry: "yes",
  },
  workspace_gone: {
    meaning: "The workspace was moved or deleted while the server was running.",
    remedy: "Call again from where it is now.",
    retry: "no",
  },
} as const satisfies Record<string, ErrorCodeEntry>;
