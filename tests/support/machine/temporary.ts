import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A folder of the test's own, gone when the test is. */
export async function temporaryFolder(): Promise<string> {
  const path = await realpath(await mkdtemp(join(tmpdir(), "lakebase-test-")));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** A checkout's folder in one of the test's own: its worktrees go beside it, and away with it. */
export async function temporaryCheckout(): Promise<string> {
  const path = join(await temporaryFolder(), "shop");
  await mkdir(path);
  return path;
}
