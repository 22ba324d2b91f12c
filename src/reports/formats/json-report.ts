import type * as z from "zod";
import { getMessage } from "../../utils/core-error.ts";
import { parseAs } from "../../utils/parse.ts";
import { unreadable, unreadableHint } from "../unreadable.ts";

/**
 * Parses a JSON report with the schema of its format.
 * @throws CoreError `report_unreadable`
 */
export function parseJsonReport<Schema extends z.ZodType>(
  format: string,
  schema: Schema,
  text: string,
): z.infer<Schema> {
  return parseAs(schema, parse(format, text), {
    code: "report_unreadable",
    subject: `The report is not valid ${format}`,
    hint: unreadableHint,
  });
}

function parse(format: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unreadable(format, getMessage(cause), cause);
  }
}
