import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer } from "./demo/client.ts";
import { compareDesigns } from "./demo/compare-designs.ts";
import { promoteAndClose } from "./demo/promote-and-close.ts";
import { cancelRuns, prepareWorkspace, stopEmulator, workspace } from "./demo/workspace.ts";

/** Builds a shop in two designs, chooses one by measurements, promotes it, and leaves nothing behind. */
async function main(): Promise<void> {
  await prepareWorkspace();
  // The emulator's state lives as long as the demo. It is under /tmp because Postgres may have to run as a different
  // user.
  const localHome = await mkdtemp(join(tmpdir(), "lakebase-demo-"));
  for (const [signal, status] of Object.entries({ SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }))
    process.once(signal, () => process.exit(status));
  process.once("exit", (status) => {
    // A run goes on without us, and would start the emulator again.
    if (status !== 0) cancelRuns(localHome);
    stopEmulator(localHome);
    rmSync(localHome, { recursive: true, force: true });
  });
  await using server = await startServer({ LAKEBASE_WORKSPACE: workspace, LAKEBASE_LOCAL_HOME: localHome });
  await compareDesigns(server);
  await promoteAndClose(server);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
});
