import { CoreError } from "../core-error.ts";

/** What was read; or undefined where it is broken, for records that a comparison can do without. */
export async function ifWhole<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof CoreError) return undefined;
    throw error;
  }
}
