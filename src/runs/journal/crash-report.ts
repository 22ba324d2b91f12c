import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { errorSchema, type RecordedError } from "../../../schemas/error.ts";
import { runDirectory } from "../../experiments/layout.ts";
import { describeError } from "../../utils/describe-error.ts";
import { readRecordText, writeAtomically } from "../../utils/files/files.ts";
import { readIfValid } from "../../utils/files/salvage.ts";

/** In bytes: enough for an error in JSON, of which each character may take six. */
const room = 8_192;
/** The longest message and the longest hint, in characters. */
const longest = 500;

const crashReportPath = (workspace: string, runId: string) =>
  join(runDirectory(workspace, runId), "crash-report");

/** Reserves disk space for the reason a worker died, because it may die of a full disk. */
export async function reserveCrashReport(workspace: string, runId: string): Promise<void> {
  await writeAtomically(crashReportPath(workspace, runId), " ".repeat(room));
}

/**
 * Records why a worker dies. Overwrites reserved space synchronously, so that it needs neither disk space nor another
 * turn of the event loop.
 */
export function writeCrashReport(workspace: string, runId: string, error: unknown): void {
  const { message, hint, ...rest } = describeError(error);
  const report = JSON.stringify({
    ...rest,
    message: message.slice(0, longest),
    hint: hint.slice(0, longest),
  });
  try {
    const file = openSync(crashReportPath(workspace, runId), "r+");
    try {
      writeSync(file, Buffer.from(report).subarray(0, room), 0, undefined, 0);
    } finally {
      closeSync(file);
    }
  } catch {
    // Nothing more can be done.
  }
}

/** Reads why a run's worker died; undefined if it could not say. */
export async function readCrashReport(workspace: string, runId: string): Promise<RecordedError | undefined> {
  // The second name is that of an earlier version, whose worker may still run.
  const paths = [crashReportPath(workspace, runId), join(runDirectory(workspace, runId), "last-words")];
  const texts = await Promise.all(paths.map((path) => readIfValid(path, async () => readRecordText(path))));
  const text = texts.find((each) => each !== undefined);
  try {
    return errorSchema.safeParse(JSON.parse(text ?? "")).data;
  } catch {
    return undefined;
  }
}
