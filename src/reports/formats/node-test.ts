import { isAbsolute } from "node:path";
import { isScript } from "../source-files.ts";

/**
 * True if a node:test test may stand for a whole file: the runner reports a file without tests, such as a helper next
 * to the tests, as a passed test named after its path. That is absolute in Node 20, relative in Node 22 and 24.
 */
export function namesTestFile(name: string): boolean {
  return isScript(name) && (isAbsolute(name) || !/\s/.test(name));
}
