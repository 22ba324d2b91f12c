import type * as z from "zod";
import { CoreError } from "./core-error.ts";
import { describeIssues } from "./describe-issues.ts";

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
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  throw new CoreError(code, `${subject}: ${describeIssues(result.error, schema)}`, { hint });
}
