import { machineRules } from "./machine-rules.ts";
import type { Failure, Rule } from "./rule.ts";

/** Returns the first rule whose pattern matches. */
export function findRule(raw: string): Rule | undefined {
  // A branch called "quota" must not turn its error into a quota error.
  const text = raw.replace(/\bprojects\/[^\s'"`]+/g, "…");
  return rules.find(({ pattern }) => pattern.test(text));
}

const logIn = ({ profile }: Failure) =>
  `Log in again: databricks auth login --profile ${profile ?? "<name>"}. Then call again.`;
const uidHint = "Look the name up in the list of branches. Lakebase accepts names only, not uids (br-…).";

const rules: readonly Rule[] = [
  {
    code: "cli_too_old",
    pattern: /^(Error: )?(unknown (command|flag|shorthand flag)|accepts \S+ arg)/im,
    hint: () => "This databricks CLI does not support the call. Update it to version 1.0 or later.",
  },
  {
    code: "wrong_host",
    pattern: /account console host/i,
    hint: () => "Use a profile whose host is a workspace, not the account console.",
  },
  {
    code: "unknown_profile",
    pattern: /has no .*profile configured/i,
    hint: ({ profile }) =>
      `No profile ${profile ?? "DEFAULT"} is in the CLI's configuration file. databricks auth profiles lists the existing ones; databricks auth login --profile NAME creates one.`,
  },
  // Before permission_denied, which is about Lakebase.
  ...machineRules,
  {
    // Before not_authenticated: a refusal without a profile also mentions "auth login".
    code: "permission_denied",
    pattern:
      /required permissions for this operation|does not have \S+ on |not authorized|permission.?denied|\bforbidden\b/i,
    hint: ({ project }) => `Ask for CAN MANAGE on the Lakebase project ${project}, or use another profile.`,
  },
  {
    code: "not_authenticated",
    pattern:
      /cannot configure default credentials|refresh token is invalid|oauth is not configured|no cached credentials|re-?authenticate|regenerate your access token|check your (username|service principal|authentication)|\bunauthorized\b|invalid access token/i,
    hint: logIn,
  },
  {
    code: "ttl_too_long",
    about: "branch",
    pattern: /exceeds the maximum expiration/i,
    hint: () => "Request a shorter ttl, or no_expiry.",
  },
  {
    code: "parent_expires",
    about: "branch",
    pattern: /expiration( date| time)? (cannot|can't|can not) have child/i,
    hint: () => "A branch that expires cannot have children. Fork from one that was created with no_expiry.",
  },
  {
    code: "invalid_expiry",
    about: "branch",
    pattern:
      /\bduration\b|\b(ttl|expire_time|no.expiry|expiration)\b.*\b(required|must|missing|provided|given|invalid|not valid|false|exclusive|once)\b|invalid .*\bttl\b/i,
    hint: () =>
      'Give exactly one expiry: a ttl in whole seconds such as "604800s", an expire_time, or no_expiry.',
  },
  {
    code: "rate_limited",
    pattern: /too many requests|rate limit/i,
    retryable: true,
    hint: () => "Lakebase is limiting requests. Wait a minute, then call again with less concurrency.",
  },
  {
    code: "quota_exceeded",
    pattern:
      /limit exceeded|quota|exceed\S* the (maximum|limit)|maximum number of|too many (root |active )?(branches|computes)/i,
    hint: () =>
      "Clean up what experiments left behind, or delete branches that are no longer needed, then call again.",
  },
  {
    code: "branch_exists",
    about: "branch",
    pattern: /branch with (such|that) (id|name) already exists/i,
    hint: () => "Choose another name, or delete the branch first.",
  },
  {
    code: "endpoint_exists",
    pattern: /endpoint with (such|that) (id|name) already exists/i,
    hint: () => "Call again: the endpoint exists now.",
    retryable: true,
  },
  {
    code: "project_not_found",
    pattern: /project id not found/i,
    hint: ({ project }) =>
      `No project ${project} is visible to this login. databricks postgres list-projects lists the visible ones.`,
  },
  {
    code: "endpoint_not_found",
    pattern: /endpoint id not found/i,
    retryable: true,
    hint: () => "The branch has no such compute endpoint. Call again: a missing one is created.",
  },
  { code: "branch_not_found", about: "branch", pattern: /branch id not found/i, hint: () => uidHint },
  {
    code: "resource_not_found",
    // Not of a program that the CLI, or a script around it, did not find.
    pattern:
      /(^|^Error: |\] )not found\.?$|\b(resource|role|database|operation|snapshot|branch|endpoint|project)( id)? not found\b/im,
    hint: ({ project }) => `Check that the project ${project} and the branch exist. ${uidHint}`,
  },
  {
    code: "invalid_branch_name",
    about: "branch",
    pattern: /branch_id must match|field '?branch_id/i,
    hint: () => "Use lower-case letters, digits and hyphens, a letter first, at most 63 characters.",
  },
  {
    code: "has_children",
    about: "branch",
    pattern: /child(ren)?\b|descendants?\b/i,
    hint: () => "Delete the branches that were forked from it first.",
  },
  {
    code: "protected_branch",
    about: "branch",
    pattern: /protected/i,
    hint: () =>
      "A protected branch can neither be deleted nor expire. The project's owner can lift the protection.",
  },
  {
    code: "root_branch",
    about: "branch",
    pattern: /root branch/i,
    hint: () => "A root branch cannot expire, and can only be deleted with its project.",
  },
  {
    code: "default_branch",
    about: "branch",
    pattern: /default branch/i,
    hint: () =>
      "The default branch can neither be deleted nor expire. Make a different branch the default first.",
  },
  {
    code: "timed_out",
    pattern: /context deadline exceeded|\btimed out\b|\btimeout\b/i,
    retryable: true,
    hint: () => "Lakebase may still be working on it. List the branches to see, then call again.",
  },
  {
    code: "unavailable",
    pattern:
      /service unavailable|bad gateway|internal (server )?error|connection (reset|refused)|no such host|network is unreachable|\beof\b|temporarily|tls handshake/i,
    retryable: true,
    hint: () => "The workspace could not be reached or failed. Call again in a moment.",
  },
  {
    code: "operation_failed",
    pattern: /operation failed|operation completed but no response/i,
    hint: () =>
      "Lakebase gave up for the reason above. Call again once; if it fails again, look at the project's page.",
  },
];
