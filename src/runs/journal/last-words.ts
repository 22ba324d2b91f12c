import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { errorSchema, type RecordedError } from "../../../schemas/error.ts";
import { runDirectory } from "../../experiments/layout.ts";
import { describeError } from "../../utils/describe-error.ts";
import { readRecordText, writeAtomically } from "../../utils/files/files.ts";

/** In bytes: enough for an error in JSON. */
const room = 4_096;

const lastWordsPath = (workspace: string, runId: string) =>
  join(runDirectory(workspace, runId), "last-words");

/** Reserves disk space for the reason a worker died, because it may die of a full disk. */
export async function reserveLastWords(workspace: string, runId: string): Promise<void> {
  await writeAtomically(lastWordsPath(workspace, runId), " ".repeat(room));
}

/**
 * Records why a worker dies. Overwrites reserved space synchronously, so that it needs neither disk space nor another
 * turn of the event loop.
 */
export function writeLastWords(workspace: string, runId: string, error: unknown): void {
  const { message, ...description } = describeError(error);
  const words = JSON.stringify({ ...description, message: message.slice(0, 500) });
  try {
    const file = openSync(lastWordsPath(workspace, runId), "r+");
    try {
      writeSync(file, Buffer.from(words).subarray(0, room), 0, undefined, 0);
    } finally {
      closeSync(file);
    }
  } catch {
    // Nothing more can be done.
  }
}

/** Reads why a run's worker died; undefined if it could not say. */
export async function readLastWords(workspace: string, runId: string): Promise<RecordedError | undefined> {
  const text = await readRecordText(lastWordsPath(workspace, runId)).catch(() => undefined);
  try {
    return errorSchema.safeParse(JSON.parse(text ?? "")).data;
  } catch {
    return undefined;
  }
}
