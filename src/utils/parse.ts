import type * as z from "zod";
import { clipText } from "./clip-text.ts";
import { CoreError } from "./core-error.ts";

/**
 * Parses a value at an edge.
 * @param code the error code for a value that does not fit
 * @param subject what the value is, as the message names it: `input`, a file's path
 * @throws CoreError with every misfit, each with the path of its field
 */
export function parseAs<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  { code, subject, hint }: { code: string; subject: string; hint: string },
): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new CoreError(code, `${subject}: ${describeIssues(result.error)}`, { hint });
}

/** More issues than this are counted, and none fills a page: the value may be anybody's. */
const mostIssues = 8;
const longestIssue = 300;

/** One line for all issues: `suites.api.command: a command is a list of at least one argument; …`. */
export function describeIssues({ issues }: z.ZodError): string {
  const told = issues.slice(0, mostIssues).map((issue) => clipText(describeIssue(issue), longestIssue));
  const more = issues.length - told.length;
  return told.join("; ") + (more > 0 ? `; and ${more} more` : "");
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const message = issue.code === "invalid_key" ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  return issue.path.length === 0 ? message : `${issue.path.join(".")}: ${message}`;
}
