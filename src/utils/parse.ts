import type * as z from "zod";
import type { ErrorCode } from "../../schemas/error-codes.ts";
import { CoreError } from "./core-error.ts";
import { describeIssues } from "./describe-issues.ts";

/** The error to throw for an invalid value. */
export interface Problem {
  code: ErrorCode;
  /** What the value is called in the message: `input`, a file's path. */
  subject: string;
  hint: string;
}

/** Parses a value at an edge. @throws CoreError listing every issue, each with the path of its field */
export function parseAs<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  { code, subject, hint }: Problem,
): z.infer<Schema> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  throw new CoreError(code, `${subject}: ${describeIssues(result.error, schema)}`, { hint });
}
