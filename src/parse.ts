import type * as z from "zod";
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

/** One line for all issues: `suites.api.command: a command is a list of at least one argument; …`. */
export function describeIssues(error: z.ZodError): string {
  return error.issues.map(describeIssue).join("; ");
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const message = issue.code === "invalid_key" ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  return issue.path.length === 0 ? message : `${issue.path.join(".")}: ${message}`;
}
