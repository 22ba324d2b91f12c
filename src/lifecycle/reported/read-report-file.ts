import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { open, realpath } from "node:fs/promises";
import { extname, relative, resolve } from "node:path";
import type { ReportedTag } from "../../../schemas/experiment/reported.ts";
import type { ReportCase } from "../../../schemas/plan/report.ts";
import { type ExperimentCode, isInside } from "../../experiments/code/worktrees.ts";
import { decodeReport } from "../../reports/decode.ts";
import { extensions, type FileFormat } from "../../reports/format.ts";
import { formats, readReport } from "../../reports/read-report.ts";
import { CoreError, getMessage, ignoreCoreError } from "../../utils/core-error.ts";
import { maskLogins } from "../../utils/text/mask-logins.ts";

/** The largest report that is read, in bytes. */
const maxBytes = 32 * 2 ** 20;

/** The cases of a report in the workspace or the experiment's worktree, and where they came from. */
export interface ReportFile {
  cases: ReportCase[];
  report: NonNullable<ReportedTag["report"]>;
}

/**
 * Reads a report that the caller names. The file may contain anything, so credentials are masked before it is parsed.
 * @param path absolute, or relative to the experiment's code or else to the workspace
 * @param format default: the first format for the file's extension that can be read
 * @throws CoreError `source_unreadable` if there is no such regular file; `invalid_input` if it is outside the
 *   permitted folders; `report_unreadable` if it is not a complete report
 */
export async function readReportFile(
  workspace: string,
  code: ExperimentCode,
  path: string,
  format: FileFormat | undefined,
): Promise<ReportFile> {
  const file = await findInside(path, [code.directory, code.root, workspace]);
  const bytes = await readPlainFile(file);
  const text = maskLogins(decodeReport(bytes));
  const found = format ?? detectFormat(file, text);
  const { cases } = readReport(found, text, code.directory);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { cases, report: { path: relative(await realpath(workspace), file), format: found, sha256 } };
}

/** Recording must not become a way to read files outside the project. */
async function findInside(path: string, folders: readonly string[]): Promise<string> {
  const roots = await Promise.all(folders.map((folder) => realpath(folder).catch(() => folder)));
  for (const root of roots) {
    const found = await realpath(resolve(root, path)).catch(() => undefined);
    if (found === undefined) continue;
    if (roots.some((each) => isInside(each, found))) return found;
    throw new CoreError("invalid_input", `${path} is outside the workspace and the experiment's worktree.`, {
      hint: "Copy the report into one of them first.",
    });
  }
  throw new CoreError("source_unreadable", `${path} was not found.`, {
    hint: `Pass the path of a report in ${[...new Set(roots)].join(" or ")}.`,
  });
}

async function readPlainFile(path: string): Promise<Buffer> {
  try {
    // Without O_NONBLOCK, a pipe would block a thread until it has a writer.
    await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const found = await file.stat();
    if (!found.isFile()) throw new Error("it is not a regular file");
    if (found.size > maxBytes) throw new Error(`it is larger than ${maxBytes} bytes`);
    return await file.readFile();
  } catch (cause) {
    throw new CoreError("source_unreadable", `${path} could not be read: ${getMessage(cause)}`, {
      hint: "Pass the path of the report file itself.",
      cause,
    });
  }
}

/** Several formats share an extension; a report is complete in only one of them. */
function detectFormat(path: string, text: string): FileFormat {
  const extension = extname(path).toLowerCase();
  const names: FileFormat[] = ["junit", "vitest-json", "playwright-json", "ctrf", "tap"];
  const fitting = names.filter((name) => extensions[name] === extension);
  const readable = fitting.find((name) => canRead(name, text));
  if (readable !== undefined) return readable;
  const tried = fitting.length === 0 ? "" : `: it could not be read as ${fitting.join(", ")}`;
  throw new CoreError("report_unreadable", `The format of ${path} could not be recognized${tried}.`, {
    hint: `Use the usual extension (.xml, .json, .tap), or report the counts. Formats: ${Object.keys(formats).join(", ")}.`,
  });
}

function canRead(format: FileFormat, text: string): boolean {
  try {
    return readReport(format, text).cases.length > 0;
  } catch (error) {
    ignoreCoreError(error);
    return false;
  }
}
