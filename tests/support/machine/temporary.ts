import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** Creates a folder for one test, removed when the test is done, even if a process still writes there for a moment. */
export async function temporaryFolder(): Promise<string> {
  const path = await realpath(await mkdtemp(join(tmpdir(), "lakebase-test-")));
  onTestFinished(() => rm(path, { recursive: true, force: true, maxRetries: 20 }));
  return path;
}

/** Creates the folder of a checkout inside a test's folder, so that the worktrees next to it are removed too. */
export async function temporaryCheckout(): Promise<string> {
  const path = join(await temporaryFolder(), "shop");
  await mkdir(path);
  return path;
}
