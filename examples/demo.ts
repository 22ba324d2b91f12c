import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer } from "./demo/client.ts";
import { compareDesigns } from "./demo/compare-designs.ts";
import { promoteAndClose } from "./demo/promote-and-close.ts";
import { prepareWorkspace, stopEmulator, workspace } from "./demo/workspace.ts";

/** Builds a shop in two designs, chooses one by measurements, promotes it, and leaves nothing behind. */
async function main(): Promise<void> {
  await prepareWorkspace();
  // The emulator's state lives as long as the demo. It is under /tmp because Postgres may have to run as a different
  // user.
  const localHome = await mkdtemp(join(tmpdir(), "lakebase-demo-"));
  process.once("SIGINT", () => process.exit(130)).once("SIGTERM", () => process.exit(143));
  process.once("exit", () => stopEmulator(localHome));
  await using server = await startServer({ LAKEBASE_WORKSPACE: workspace, LAKEBASE_LOCAL_HOME: localHome });
  await compareDesigns(server);
  await promoteAndClose(server);
  stopEmulator(localHome);
  await rm(localHome, { recursive: true, force: true });
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
});
