import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { errorSchema, type RecordedError } from "../../../schemas/error.ts";
import { runDirectory } from "../../experiments/layout.ts";
import { describeError } from "../../utils/describe-error.ts";
import { readRecordText, writeAtomically } from "../../utils/files/files.ts";

/** In bytes: an error in JSON. */
const room = 4_096;

const lastWordsPath = (workspace: string, runId: string) =>
  join(runDirectory(workspace, runId), "last-words");

/** Keeps room on the disk for why a worker died: it may die of a full one. */
export async function reserveLastWords(workspace: string, runId: string): Promise<void> {
  await writeAtomically(lastWordsPath(workspace, runId), " ".repeat(room));
}

/** Says why a worker dies. In place and at once: neither room on the disk nor another turn of the loop is needed. */
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
    // Then it dies in silence.
  }
}

/** Why a run's worker died; undefined where it did not say. */
export async function readLastWords(workspace: string, runId: string): Promise<RecordedError | undefined> {
  const text = await readRecordText(lastWordsPath(workspace, runId)).catch(() => undefined);
  try {
    return errorSchema.safeParse(JSON.parse(text ?? "")).data;
  } catch {
    return undefined;
  }
}
