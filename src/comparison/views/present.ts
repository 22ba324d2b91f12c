import { WriteStream } from "node:tty";
import type { NextAction } from "../../../schemas/comparison/comparison.ts";
import { experimentsDirectory } from "../../experiments/layout.ts";
import { CoreError } from "../../utils/core-error.ts";
import { onOneLine } from "../../utils/text/printable.ts";
import { allDetails, type ComparisonInput, compareExperiments } from "../compare.ts";
import { renderCsv } from "./csv.ts";
import { renderJson } from "./json.ts";
import { renderMarkdown } from "./markdown.ts";
import { writeComparisonPage } from "./page/write-page.ts";
import { renderReport } from "./table.ts";

const formats = ["table", "json", "csv", "markdown", "html"] as const;
type Format = (typeof formats)[number];

/** Where the text goes: the default format depends on what a terminal can show. */
export interface Destination {
  isTTY?: boolean;
  hasColors?: () => boolean;
  /** The width of the terminal, in characters. */
  columns?: number;
}

/**
 * Renders a comparison as text, for a person or a script, without a trailing newline. For `html`, writes the page and
 * returns its path.
 * @param format default: `table` on a terminal, otherwise `json`
 * @param describeNext describes the next step in the words of the front end; a table ends with it
 * @param env variables that may request colours without a terminal
 * @throws CoreError `invalid_input` for an unknown format
 */
export async function presentComparison(
  input: Omit<ComparisonInput, "details">,
  format: string | undefined,
  to: Destination,
  describeNext?: (action: NextAction) => string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const chosen = format === undefined ? (to.isTTY ? "table" : "json") : asFormat(format);
  if (chosen === "html") return writeComparisonPage(input);
  const report = await compareExperiments({
    ...input,
    details: allDetails,
  });
  const next = describeNext === undefined ? "" : `\n\nNext: ${onOneLine(describeNext(report.next_action))}`;
  const texts: Record<Exclude<Format, "html">, () => string> = {
    table: () => renderReport(report, showsColours(to, env), to.columns) + next,
    json: () => renderJson(report),
    csv: () => renderCsv(report),
    markdown: () => renderMarkdown(report, experimentsDirectory(input.workspace, input.feature_id)),
  };
  return texts[chosen]().replace(/\n$/, "");
}

/** On a terminal Node decides, and respects NO_COLOR and FORCE_COLOR; elsewhere only the latter counts. */
function showsColours(to: Destination, env: NodeJS.ProcessEnv): boolean {
  if (to.isTTY) return to.hasColors?.() ?? false;
  return env.FORCE_COLOR !== undefined && WriteStream.prototype.getColorDepth(env) > 1;
}

function asFormat(text: string): Format {
  const format = formats.find((each) => each === text);
  if (format !== undefined) return format;
  throw new CoreError("invalid_input", `Unknown format ${text}.`, {
    hint: `Use one of ${formats.join(", ")}.`,
  });
}
