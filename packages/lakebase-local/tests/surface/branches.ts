import { anyText, production, project, type Step, spec } from "./step.ts";

/** Branches: their names, expiry, parents, deletion. */
export const branchSteps: Step[] = [
  { words: ["create-branch", project, "dev"], code: 1, says: "No expiration is given" },
  {
    words: ["create-branch", project, "Dev", ...spec({ no_expiry: true })],
    code: 1,
    says: "Field branch_id must match pattern",
  },
  { words: ["create-branch", project, "dev-", ...spec({ no_expiry: true })], code: 1, says: "got 'dev-'" },
  { words: ["create-branch", project, "dev", ...spec({ no_expiry: false })], code: 1, says: "no_expiry" },
  {
    words: ["create-branch", project, "dev", ...spec({ no_expiry: true, ttl: "60s" })],
    code: 1,
    says: "mutually exclusive",
  },
  {
    words: ["create-branch", project, "dev", ...spec({ ttl: "720h" })],
    code: 1,
    says: "",
    differs: "the official command reads durations itself, with another text",
  },
  {
    words: ["create-branch", project, "dev", ...spec({ ttl: "2678400s" })],
    code: 1,
    says: "expiration time exceeds the maximum expiration time [TraceId: ",
  },
  {
    words: ["create-branch", project, "dev", ...spec({ expire_time: "2020-01-01T00:00:00Z" })],
    code: 1,
    says: "must be in the future",
  },
  {
    words: [
      "create-branch",
      project,
      "dev",
      ...spec({ no_expiry: true, source_branch: `${project}/branches/nope` }),
    ],
    code: 1,
    says: "branch id not found",
  },
  {
    words: ["create-branch", "projects/nope", "dev", ...spec({ no_expiry: true })],
    code: 1,
    says: "project id not found",
  },
  {
    words: ["create-branch", "nope", "dev", ...spec({ no_expiry: true })],
    code: 1,
    says: "resource not found",
  },
  {
    words: ["create-branch", project, "dev", ...spec({ tll: "60s" })],
    code: 1,
    says: "Warning: unknown field: tll\n  at spec\n  in (inline):1:11\n",
  },
  {
    words: ["create-branch", project, "dev", ...spec({ no_expiry: true }), "-o", "json", "--timeout", "2m"],
    prints: {
      branch_id: "dev",
      status: { current_state: "READY", source_branch: production, default: false },
    },
  },
  {
    words: ["create-branch", project, "dev", ...spec({ no_expiry: true })],
    code: 1,
    says: "branch with such id already exists",
  },
  {
    words: ["create-branch", project, "dev", ...spec({ no_expiry: true }), "--replace-existing"],
    prints: { branch_id: "dev" },
  },
  {
    words: ["get-branch", `${project}/branches/dev`],
    prints: { name: `${project}/branches/dev`, parent: project },
  },
  {
    words: ["get-branch", `${project}/branches/br-broad-sky-d2k5gewt`],
    code: 1,
    says: "branch id not found",
  },
  { words: ["list-branches", project], prints: [{ branch_id: "production" }, { branch_id: "dev" }] },
  {
    words: ["list-branches", project, "--page-size", "1"],
    prints: [{ branch_id: "production" }, { branch_id: "dev" }],
  },
  { words: ["list-branches", project, "--limit", "-1"], code: 1, says: "limit" },
  {
    words: [
      "create-branch",
      project,
      "leaf",
      ...spec({ ttl: "3600s", source_branch: `${project}/branches/dev` }),
    ],
    prints: { status: { source_branch: `${project}/branches/dev` } },
  },
  {
    words: [
      "create-branch",
      project,
      "twig",
      ...spec({ ttl: "60s", source_branch: `${project}/branches/leaf` }),
    ],
    code: 1,
    says: "Branches with an expiration date cannot have child branches",
  },
  {
    words: ["update-branch", `${project}/branches/leaf`, "spec.expiration", ...spec({ ttl: "7200s" })],
    prints: { branch_id: "leaf" },
  },
  {
    words: ["update-branch", `${project}/branches/leaf`, "spec.ttl", ...spec({ ttl: "7200s" })],
    code: 1,
    says: "spec.ttl",
  },
  {
    words: ["update-branch", `${project}/branches/dev`, "spec.expiration", ...spec({ ttl: "60s" })],
    code: 1,
    says: "child branches",
  },
  {
    words: ["update-branch", production, "spec.expiration", ...spec({ ttl: "60s" })],
    code: 1,
    says: "default branch",
  },
  { words: ["delete-branch", `${project}/branches/dev`], code: 1, says: "it has child branches (leaf)" },
  { words: ["delete-branch", production], code: 1, says: `Cannot delete root branch '${production}'.` },
  {
    words: ["update-branch", `${project}/branches/dev`, "spec.is_protected", ...spec({ is_protected: true })],
    prints: { status: { is_protected: true } },
  },
  { words: ["delete-branch", `${project}/branches/dev`], code: 1, says: "cannot delete protected branch" },
  {
    words: [
      "update-branch",
      `${project}/branches/leaf`,
      "spec",
      ...spec({ is_protected: true, no_expiry: true }),
    ],
    code: 1,
    says: "protected branches limit",
  },
  { words: ["delete-project", project], code: 1, says: "protected" },
  {
    words: [
      "update-branch",
      `${project}/branches/dev`,
      "spec.is_protected",
      ...spec({ is_protected: false }),
    ],
    prints: { status: { is_protected: false } },
  },
  {
    words: [
      "update-project",
      project,
      "spec.default_branch",
      ...spec({ default_branch: `${project}/branches/dev` }),
    ],
    prints: { status: { default_branch: `${project}/branches/dev` } },
  },
  { words: ["delete-branch", `${project}/branches/leaf`], prints: "" },
  { words: ["delete-branch", `${project}/branches/dev`], code: 1, says: "default branch" },
  {
    words: ["update-project", project, "spec.default_branch", ...spec({ default_branch: production })],
    prints: { name: project },
  },
  { words: ["get-branch", `${project}/branches/leaf`], code: 1, says: "branch id not found" },
  {
    words: ["list-branches", project, "--show-deleted"],
    prints: [
      { branch_id: "production" },
      { branch_id: "dev" },
      { status: { current_state: "DELETED", purge_time: anyText } },
    ],
  },
  { words: ["undelete-branch", `${project}/branches/leaf`], prints: "" },
  {
    words: ["undelete-branch", `${project}/branches/leaf`],
    code: 1,
    says: "branch with such id already exists",
  },
  { words: ["delete-branch", `${project}/branches/leaf`, "--purge"], prints: "" },
  { words: ["undelete-branch", `${project}/branches/leaf`], code: 1, says: "branch id not found" },
  {
    words: ["create-branch", project, "old", ...spec({ no_expiry: true, source_branch_lsn: "0/1" })],
    code: 1,
    says: "keeps no WAL history",
  },
  {
    words: [
      "create-branch",
      project,
      "old",
      ...spec({ no_expiry: true, source_branch_time: "2020-01-01T00:00:00Z" }),
    ],
    code: 1,
    says: "before the retained history",
  },
];
