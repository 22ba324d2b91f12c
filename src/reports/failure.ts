import type { CaseStatus, ReportCase } from "../../schemas/plan/report.ts";
import { printable } from "../utils/text/printable.ts";
import { isForeignFrame, namesOwnSource } from "./source-files.ts";

const maxLines = 12;
const maxLineLength = 240;

/** What is looked at of a long part, in characters. */
const maxLength = 100_000;

/** How many lines of a long message come before the source, in a failure that has no room for all. */
const maxMessageLines = 8;

/** A colour whose escape character XML would not take, as gotestsum and pytest leave it. */
const lostColour = /(?:\ufffd|#x1B)\[[\d;]*m/g;

/** What a report says of a failure. Each part may be absent or empty. */
export interface FailureParts {
  message?: string | null | undefined;
  /** A stack, a diff, an excerpt of the source. It may repeat the message. */
  text?: string | null | undefined;
  /** What the test printed: shown where there is neither message nor text. */
  output?: string | null | undefined;
}

/**
 * A failure in a few lines, plain and bounded: its message, the place in the source, then what else there is room for.
 * @returns an empty text where the report says nothing
 */
export function describeFailure({ message, text, output }: FailureParts): string {
  const told = mergeMessage(splitLines(message?.slice(0, maxLength)), splitLines(text?.slice(0, maxLength)));
  const lines = [...told.message, ...told.rest];
  if (lines.length === 0) return join(splitLines(output?.slice(-maxLength)).slice(-maxLines));
  const source = lines.findIndex(namesOwnSource);
  if (source < maxLines) return join(lines.slice(0, maxLines));
  const head = lines.slice(0, Math.min(told.message.length || maxMessageLines, maxMessageLines));
  const rest = lines.slice(head.length, source).concat(lines.slice(source + 1));
  return join([...head, ...lines.slice(source, source + 1), ...rest].slice(0, maxLines));
}

/** What a case of some status says of its failure, if it has one. */
export function explainFailure(status: CaseStatus, parts: FailureParts): Pick<ReportCase, "failure"> {
  const failure = status === "failed" || status === "flaky" ? describeFailure(parts) : "";
  return failure === "" ? {} : { failure };
}

/** What is known of a flaky case's attempts: how many failed before one passed. */
export function tallyAttempts(status: CaseStatus, failed: number): Pick<ReportCase, "tally"> {
  return status === "flaky" && failed > 0 ? { tally: { passed: 1, failed } } : {};
}

/** A text that begins with the message, as a stack does, holds it already. Foreign frames would crowd out our own. */
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
