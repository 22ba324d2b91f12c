import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Finds the first program on the PATH that has one of the names; returns its path, or undefined if there is none. */
export function findProgram(...names: readonly string[]): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    // Folders can be entered by the same permission.
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
