import * as z from "zod";
import type { FailureParts } from "../../failure.ts";

const text = z.string().catch("");
const place = z
  .union([
    z.string(),
    z
      .object({ file: z.string(), line: z.number().optional(), column: z.number().optional() })
      .transform(({ file, line, column }) =>
        [file, line, column].filter((part) => part !== undefined).join(":"),
      ),
  ])
  .catch("");

/** Diagnostics are free-form; runners agree on these names, but hardly on the values. */
const diagnosticSchema = z.looseObject({
  error: z
    .union([z.string(), z.object({ message: z.string() }).transform(({ message }) => message)])
    .catch(""),
  message: text,
  reason: text,
  at: place,
  location: place,
  stack: text,
  diff: text,
});

/** Describes the diagnostic of a failed point, whichever runner wrote it. */
export function describeDiagnostic(diagnostic: unknown): FailureParts {
  const parsed = diagnosticSchema.safeParse(diagnostic);
  if (!parsed.success) return {};
  const { error, message, reason, at, location, stack, diff, expected, actual, ...others } = parsed.data;
  const place = at || stack ? [at, stack] : [location];
  const values = [describeValue("expected", expected), describeValue("actual", actual)];
  const explanation = error || message || reason;
  const known = [...place, diff, ...values].filter((part) => part !== "").join("\n");
  if (explanation !== "" || known !== "") return { message: explanation, text: known };
  return {
    text: Object.entries(others)
      .map(([name, value]) => describeValue(name, value))
      .join("\n"),
  };
}

function describeValue(name: string, value: unknown): string {
  if (value === undefined) return "";
  return `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`;
}
