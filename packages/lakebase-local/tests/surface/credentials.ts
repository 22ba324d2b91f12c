import { anyText, production, project, type Step } from "./step.ts";

/** Credentials, operations, and the command line itself. */
export const credentialSteps: Step[] = [
  {
    words: ["generate-database-credential", `${production}/endpoints/primary`],
    prints: { token: anyText, expire_time: anyText },
  },
  {
    words: ["generate-database-credential", `${production}/endpoints/primary`, "--ttl", "600s"],
    prints: { token: anyText },
  },
  {
    words: ["generate-database-credential", `${production}/endpoints/primary`, "--ttl", "60s"],
    code: 1,
    says: "between 300 and 3600 seconds",
  },
  {
    words: ["generate-database-credential", `${production}/endpoints/nope`],
    code: 1,
    says: "endpoint id not found",
  },
  {
    words: ["generate-database-credential", "x", "--json", "{}"],
    code: 1,
    says: "when --json flag is specified, no positional arguments are allowed. Provide 'endpoint' in your JSON input",
  },
  { words: ["get-operation", `${production}/operations/nope`], code: 1, says: "operation id not found" },
  {
    words: ["delete-branch", `${project}/branches/dev`, "--no-wait"],
    prints: { metadata: { "@type": "type.googleapis.com/databricks.postgres.v1.BranchOperationMetadata" } },
    differs: "the operation may or may not be done already",
  },

  // The command line
  { words: ["get-branch"], code: 1, says: "Error: accepts 1 arg(s), received 0\n\nUsage:\n" },
  { words: ["get-branch", production, "--bogus"], code: 1, says: "Error: unknown flag: --bogus\n\nUsage:\n" },
  {
    words: ["create-branch", project, "x", "--timeout", "abc"],
    code: 1,
    says: `invalid argument "abc" for "--timeout" flag: time: invalid duration "abc"`,
  },
  {
    words: ["create-branch", project, "x", "--timeout", "5"],
    code: 1,
    says: `time: missing unit in duration "5"`,
  },
  { words: ["create-branch", project, "x", "--json"], code: 1, says: "flag needs an argument: --json" },
  {
    words: ["create-branch", project, "x", "--json", "{nope"],
    code: 1,
    says: "error decoding JSON at (inline)",
    differs: "each JSON reader describes bad JSON in its own words",
  },
  { words: ["fetch-branch", production], code: 1, says: `Error: unknown command "fetch-branch" for "` },
];
