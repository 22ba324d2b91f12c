import { readdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Store } from "../api/store.ts";
import type { Home } from "../home.ts";
import { startMark } from "../process.ts";

/** The process that a draft belongs to stands in its name. */
const draft = /(?:^|\.)(\d+)(?:-[0-9a-f]{8}\.tmp|\.tmp|\.draft)$/;

/** Removes what processes that were killed were about to write, and the logs of branches that are gone. */
export async function removeDrafts(home: Home, store: Store): Promise<void> {
  const records = ["projects", "branches"].map((kind) => join(home.records, kind));
  for (const folder of [home.root, home.leases, home.binaries, ...records]) {
    for (const name of await readdir(folder)) {
      const owner = Number(draft.exec(name)?.[1] ?? process.pid);
      if (owner === process.pid || (await startMark(owner)) !== undefined) continue;
      await rm(join(folder, name), { recursive: true, force: true });
    }
  }
  for (const name of await readdir(home.logs)) {
    const isOver = name.startsWith("br-") && !store.branchByUid(basename(name, ".log"));
    if (isOver) await rm(join(home.logs, name), { force: true });
  }
}
