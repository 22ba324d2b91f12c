import type { CaseStatus, ReportCase } from "../../schemas/plan/report.ts";
import { printable } from "../utils/text/printable.ts";
import { isForeignFrame, namesOwnSource } from "./source-files.ts";

const maxLines = 12;
const maxLineLength = 240;

/** Only this much of a long part is used. In characters. */
const maxLength = 100_000;

/** How many lines of a long message precede the source location if there is no room for everything. */
const maxMessageLines = 8;

/** A colour code whose escape character XML does not allow, as gotestsum and pytest leave it. */
const lostColour = /(?:\ufffd|#x1B)\[[\d;]*m/g;

/** What a report says about a failure. Each part may be absent or empty. */
export interface FailureParts {
  message?: string | null | undefined;
  /** A stack trace, a diff, or an excerpt of the source. It may repeat the message. */
  text?: string | null | undefined;
  /** What the test printed: shown if there is neither a message nor a text. */
  output?: string | null | undefined;
}

/**
 * Describes a failure in a few lines of plain text: its message, the source location, then whatever else fits.
 * @returns an empty string if the report says nothing
 */
export function describeFailure({ message, text, output }: FailureParts): string {
  const merged = mergeMessage(
    splitLines(message?.slice(0, maxLength)),
    splitLines(text?.slice(0, maxLength)),
  );
  const lines = [...merged.message, ...merged.rest];
  if (lines.length === 0) return join(splitLines(output?.slice(-maxLength)).slice(-maxLines));
  const source = lines.findIndex(namesOwnSource);
  if (source < maxLines) return join(lines.slice(0, maxLines));
  const head = lines.slice(0, Math.min(merged.message.length || maxMessageLines, maxMessageLines));
  const rest = lines.slice(head.length, source).concat(lines.slice(source + 1));
  return join([...head, ...lines.slice(source, source + 1), ...rest].slice(0, maxLines));
}

/** Describes a case's failure, if its status has one. */
export function explainFailure(status: CaseStatus, parts: FailureParts): Pick<ReportCase, "failure"> {
  const failure = status === "failed" || status === "flaky" ? describeFailure(parts) : "";
  return failure === "" ? {} : { failure };
}

/** Counts a flaky case's attempts, if known: how many failed before one passed. */
export function tallyAttempts(status: CaseStatus, failed: number): Pick<ReportCase, "tally"> {
  return status === "flaky" && failed > 0 ? { tally: { passed: 1, failed } } : {};
}

/**
 * Drops the message if the text already begins with it, as stack traces do. Frames of other code are dropped if they
 * would crowd out our own.
 */
function mergeMessage(
  [first = "", ...more]: string[],
  text: string[],
): { message: string[]; rest: string[] } {
  const rest = text.some(namesOwnSource) ? text.filter((line) => !isForeignFrame(line)) : text;
  const begin = rest[0]?.trim() ?? "";
  const repeats = begin.startsWith(first) || begin.endsWith(`: ${first}`);
  return { message: repeats ? [] : [first, ...more], rest };
}

function splitLines(text: string | null | undefined): string[] {
  return printable((text ?? "").trim().replace(lostColour, ""))
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "");
}

function join(lines: string[]): string {
  return lines
    .map((line) => (line.length > maxLineLength ? `${line.slice(0, maxLineLength - 1)}…` : line))
    .join("\n");
}
