import { CoreError } from "../core-error.ts";
import { experimentsDirectory } from "../experiments/layout.ts";
import { type ComparisonInput, compareExperiments } from "./compare.ts";
import { renderCsv } from "./views/csv.ts";
import { renderMarkdown } from "./views/markdown.ts";
import { renderReport } from "./views/table.ts";
import { writeComparisonPage } from "./write-page.ts";

const formats = ["table", "json", "csv", "markdown", "html"] as const;
type Format = (typeof formats)[number];

/** Where the text goes: what a terminal can show decides the default. */
export interface Destination {
  isTTY?: boolean;
  hasColors?: () => boolean;
}

/**
 * A comparison as text, for a person or a script. `html` writes the page, and its path is the text.
 * @param format default: `table` on a terminal, else `json`
 * @throws CoreError `invalid_input` for a format that there is not
 */
export async function presentComparison(
  input: Omit<ComparisonInput, "details">,
  format: string | undefined,
  to: Destination,
): Promise<string> {
  const chosen = format === undefined ? (to.isTTY ? "table" : "json") : asFormat(format);
  if (chosen === "html") return writeComparisonPage(input);
  const report = await compareExperiments({ ...input, details: { tests: true, schema: true } });
  if (chosen === "csv") return renderCsv(report).trimEnd();
  if (chosen === "markdown") {
    return renderMarkdown(report, experimentsDirectory(input.workspace, input.feature_id)).trimEnd();
  }
  if (chosen === "table") return renderReport(report, to.hasColors?.() ?? false);
  return JSON.stringify(report, null, 2);
}

function asFormat(text: string): Format {
  const format = formats.find((each) => each === text);
  if (format !== undefined) return format;
  throw new CoreError("invalid_input", `There is no format ${text}.`, {
    hint: `Use one of ${formats.join(", ")}.`,
  });
}
