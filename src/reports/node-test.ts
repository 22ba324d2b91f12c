import { isAbsolute } from "node:path";
import { isScript } from "./source-files.ts";

/**
 * Whether a test of node:test may be a whole file: the runner reports one without a test in it, such as a helper beside
 * the tests, as a test that passed, named by its path. Node 20 gives that absolute, Node 22 and 24 relative.
 */
export function namesTestFile(name: string): boolean {
  return isScript(name) && (isAbsolute(name) || !/\s/.test(name));
}
