import { CoreError } from "../../utils/core-error.ts";

/** Hears of a file that could not be read, and why. */
export type OnBroken = (path: string, reason: string) => void;

/** What was read; or undefined where the file is broken, for records that a comparison can do without. */
export async function ifWhole<T>(
  path: string,
  read: (path: string) => Promise<T>,
  onBroken: OnBroken,
): Promise<T | undefined> {
  try {
    return await read(path);
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    onBroken(path, error.message);
    return undefined;
  }
}
