import type { Platform } from "../api/platform.ts";
import { branchName } from "../api/store.ts";
import { formatHost } from "../api/views.ts";
import type { Settings } from "./settings.ts";

/** What runs, for `lakebase-local status`. */
export function describeStatus(
  { store, computes, home, binaries, extensions }: Platform,
  settings: Settings,
): object {
  return {
    state: "running",
    pid: process.pid,
    home: home.root,
    postgres_version: binaries.version,
    added_extensions: extensions.names,
    connections: computes.connections,
    branches: store.branches().map((branch) => {
      const compute = computes.of(branch.uid);
      return {
        name: branchName(store.findProject(branch), branch),
        state: compute.isRunning ? "running" : "asleep",
        pid: compute.pid,
        hosts: branch.endpoints.map(formatHost),
        data: compute.directory,
      };
    }),
    settings,
  };
}
