import { describe, expect, test } from "vitest";
import {
  interpretFailure,
  LakebaseBranchError,
  LakebaseBranchTtlTooLongError,
} from "../../src/lakebase/cli/errors.ts";
import { CoreError } from "../../src/utils/core-error.ts";

const next = (...steps: string[]) =>
  [
    "",
    "Profile:   dev",
    "Host:      https://w.example.com",
    "Auth type: OAuth (databricks-cli)",
    "",
    "Next steps:",
  ]
    .concat(steps.map((step) => `  - ${step}`))
    .join("\n");

/** What the CLI is known to print, after `Error: `. */
const known: Record<string, string[]> = {
  branch_not_found: ["branch id not found"],
  project_not_found: ["project id not found"],
  endpoint_not_found: ["endpoint id not found"],
  resource_not_found: ["resource not found", "Not Found", 'role not found; role_id:"r"'],
  branch_exists: ["branch with such id already exists"],
  endpoint_exists: ["endpoint with such id already exists"],
  ttl_too_long: ["expiration time exceeds the maximum expiration time"],
  parent_expires: [
    "Branches with an expiration date cannot have child branches",
    "BadRequest: Branches with an expiration date cannot have child branches.",
  ],
  invalid_expiry: [
    "one of expire_time, ttl, no_expiry must be provided",
    "invalid google.protobuf.Duration value",
    "No expiration is given: set exactly one of 'ttl', 'expire_time' or 'no_expiry' in the branch's spec.",
    "Fields 'ttl', 'expire_time' and 'no_expiry' are mutually exclusive.",
    "Field 'no_expiry' cannot be false; give 'ttl' or 'expire_time' instead.",
    "The expiration time must be in the future.",
    "a branch expiration is required; set --ttl to expire it, or --no-expiry",
    "branch expiration set more than once; use only one of --ttl, --no-expiry and an expiration in --json",
    'invalid --ttl "soon"; use a duration such as 7d, 168h or 604800s',
    "--no-expiry=false is not valid; use --ttl to set an expiration",
  ],
  invalid_branch_name: [
    "Field branch_id must match pattern ^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$, got 'A'.",
    `Field 'branch_id' is required, expected non-default value (not "")!`,
  ],
  protected_branch: [
    "cannot delete protected branch",
    "Protected branches cannot have an expiration date.",
    "cannot delete endpoint of protected branch",
  ],
  default_branch: [
    "cannot delete default branch 'projects/p/branches/main'",
    "The default branch cannot have an expiration date.",
  ],
  root_branch: [
    "Cannot delete root branch 'projects/p/branches/production'. Root branches cannot be deleted independently.",
    "Root branches cannot have an expiration date.",
  ],
  has_children: ["branch has child branches", "Branches with child branches cannot have an expiration date."],
  disk_full: [
    "operation failed: [RESOURCE_EXHAUSTED] the disk is too full for a copy of 34 MB: 34 MB are missing. Delete branches",
    "the disk is full: ENOSPC: no space left on device, write. Delete branches with --purge",
    "write /home/u/.databricks/token-cache.json: no space left on device",
  ],
  read_only: [
    "the file system is read-only: EROFS: read-only file system, mkdir '/data/x'. Point LAKEBASE_LOCAL_HOME at a folder",
    "mkdir /home/u/.databricks: read-only file system",
  ],
  too_many_open_files: [
    "too many files are open: EMFILE: too many open files, open '/data/x'. Raise the limit (ulimit -n)",
    "open /home/u/.databrickscfg: too many open files",
  ],
  no_more_processes: [
    "the machine is out of memory or processes: spawn EAGAIN. End other programs, raise the limit (ulimit -u)",
    "fork/exec /usr/bin/az: resource temporarily unavailable",
    "fork/exec /usr/bin/az: cannot allocate memory",
  ],
  quota_exceeded: ["branches limit exceeded", "root branches limit exceeded"],
  rate_limited: ["Too Many Requests", "timed out: Too Many Requests"],
  permission_denied: [
    `User u@example.com does not have database-projects.ruleSets/get on workspaces/1${next("Verify you have the required permissions for this operation", "Check your identity: databricks auth describe --profile dev")}`,
    `no${next("Verify you have the required permissions for this operation", "Consider setting up a profile: databricks auth login --profile <name>")}`,
    "not authorized to create branches",
    "this user may not access a file: EACCES: permission denied, open '/data/x'. Run as the user that owns",
    "open /home/u/.databrickscfg: permission denied",
    "fork/exec /usr/bin/az: permission denied",
  ],
  not_authenticated: [
    "default auth: cannot configure default credentials, please check https://docs.databricks.com/auth. Config: host=https://w.example.com",
    "A new access token could not be retrieved because the refresh token is invalid. To reauthenticate, run the following command:\n  $ databricks auth login --profile dev",
    "cache: databricks OAuth is not configured for this host. no cached credentials; run `databricks auth login` to sign in",
    `token expired${next("Re-authenticate: databricks auth login --profile dev")}`,
    `bad token${next("Regenerate your access token or run: databricks auth login --profile dev")}`,
    `bad token${next("Check your service principal client ID and secret")}`,
    `bad token${next("Re-authenticate with Azure: az login")}`,
  ],
  unknown_profile: ["resolve: /home/u/.databrickscfg has no dev profile configured. Config: profile=dev"],
  wrong_host: [
    'no such API\n\nNote: profile "dev" points to a Databricks account console host (https://accounts.example.com), which serves only account-level APIs.',
  ],
  operation_failed: [
    "operation failed: [INTERNAL] storage is gone",
    "operation completed but no response available",
  ],
  timed_out: [
    "context deadline exceeded",
    'Get "https://w.example.com/api": context deadline exceeded',
    "timed out: busy",
  ],
  unavailable: [
    "Service Unavailable",
    "Bad Gateway",
    "dial tcp: lookup w.example.com: no such host",
    "unexpected EOF",
  ],
  cli_too_old: [
    'unknown command "postgres" for "databricks"',
    "unknown flag: --json\n\nUsage:\n  databricks postgres",
  ],
  lakebase_failed: [
    "something nobody has seen before",
    "",
    'default auth: azure-cli: exec: "az": executable file not found in $PATH',
    "/opt/databricks: line 3: aws: command not found",
  ],
};

const retryable = [
  ...["rate_limited", "timed_out", "unavailable", "endpoint_exists", "endpoint_not_found"],
  ...["too_many_open_files", "no_more_processes"],
];

const stderrs = Object.entries(known).flatMap(([code, messages]) =>
  messages.map((message) => ({ code, message })),
);

const failure = (stderr: string) =>
  interpretFailure({
    ...{ command: "create-branch", ending: "exit code 1", project: "p", profile: "dev", expiry: "2592001s" },
    stderr,
  });

describe("the CLI's message decides the code", () => {
  test.each(stderrs)("$code: $message", ({ code, message }) => {
    const error = failure(`Error: ${message}\n`);
    expect(error).toBeInstanceOf(CoreError);
    expect(error.code).toBe(code);
    expect(error.retryable).toBe(retryable.includes(code));
    expect(error.hint).not.toBe("");
    expect(error.raw).toBe(`Error: ${message}`.trim());
  });

  const mutations: [string, (message: string) => string][] = [
    ["with a trace id", (message) => message.replace(/(\n|$)/, " [TraceId: 0123abc]$1")],
    ["in other letter case", (message) => message.toUpperCase()],
    ["from a failed operation", (message) => `operation failed: [FAILED_PRECONDITION] ${message}`],
    [
      "about a branch whose name is a trap",
      (message) => `${message}\nprojects/quota/branches/protected-child-timeout`,
    ],
  ];
  const prefixes = [
    "",
    "Warn: [hostmetadata] failed to fetch host metadata\nWarning: unknown field: quota\n",
  ];
  const mutable = stderrs.filter(({ code }) => !["lakebase_failed", "cli_too_old"].includes(code));
  test.each(mutations)("%s", (_name, mutate) => {
    for (const prefix of prefixes) {
      for (const { code, message } of mutable) {
        expect({ message, code: failure(`${prefix}Error: ${mutate(message)}`).code }).toEqual({
          message,
          code,
        });
      }
    }
  });
});

describe("an error gives", () => {
  test("the server's sentence and its trace id, without warnings and advice", () => {
    const { message, raw } = failure(
      "Warn: [hostmetadata] slow\nError: cannot delete protected branch [TraceId: 9f]\n\nNext steps:\n  - none",
    );
    expect(message).toBe("create-branch failed. The CLI said: cannot delete protected branch [TraceId: 9f]");
    expect(raw).toContain("cannot delete protected branch [TraceId: 9f]\n");
  });

  test("no login that the CLI prints, as of a proxy", () => {
    const { message, raw } = failure(`Error: invalid proxy address "http://me:hunter2@proxy:3128"`);
    expect(message).toContain("http://me:[redacted]@proxy:3128");
    expect(raw).not.toContain("hunter2");
  });

  test("another try to a call that was killed", () => {
    const killed = { command: "get-branch", ending: "signal SIGKILL", project: "p", stderr: "" };
    const error = { code: "lakebase_failed", retryable: true, message: expect.stringContaining("SIGKILL") };
    expect(interpretFailure(killed)).toMatchObject(error);
  });

  test("the exit code of a silent CLI", () => {
    expect(failure("").message).toContain("nothing (exit code 1)");
  });

  test("the ttl that is too long, both remedies, and where to read more", () => {
    const error = failure("Error: expiration time exceeds the maximum expiration time [TraceId: 9f]");
    expect(error).toBeInstanceOf(LakebaseBranchTtlTooLongError);
    expect(error).toMatchObject({
      attemptedTtl: "2592001s",
      raw: expect.stringContaining("maximum expiration time"),
    });
    expect(error.message).toMatch(/2592001s.*\[TraceId: 9f\]$/);
    expect(error.hint).toMatch(/shorter ttl.*no_expiry.*keeps its history/);
  });

  test("the trace id once, however often the error is rephrased", () => {
    const cause = failure("Error: branch id not found [TraceId: 9f]");
    const wrapped = new LakebaseBranchError("parent_not_found", "No parent.", { hint: "none", cause });
    expect(wrapped.message).toBe("No parent. [TraceId: 9f]");
    const again = new LakebaseBranchError("parent_gone", wrapped.message, { hint: "none", cause: wrapped });
    expect(again.message).toBe("No parent. [TraceId: 9f]");
  });

  test("one class to all errors about a branch", () => {
    expect(failure("Error: branch id not found")).toBeInstanceOf(LakebaseBranchError);
    expect(failure("Error: project id not found")).not.toBeInstanceOf(LakebaseBranchError);
  });

  test.each([
    ["open /home/u/.databrickscfg: permission denied", "path in the message"],
    ["this user may not access a file: EACCES: permission denied, open '/data/x'", "path in the message"],
    ["Permission denied for project p", "Ask for CAN MANAGE on the Lakebase project p"],
    ["The default branch cannot have an expiration date.", "can neither be deleted nor expire"],
    ["Protected branches cannot have an expiration date.", "can neither be deleted nor expire"],
    ["Root branches cannot have an expiration date.", "cannot expire"],
  ])("advice that fits what was refused: %s", (text, advice) => {
    expect(failure(`Error: ${text}`).hint).toContain(advice);
  });

  test("the profile to log in with", () => {
    expect(failure("Error: cache: databricks OAuth is not configured for this host.").hint).toContain(
      "--profile dev",
    );
  });
});
