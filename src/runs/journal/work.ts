import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { runDirectory } from "../../experiments/layout.ts";
import { listFolders } from "../../utils/files/files.ts";

/**
 * The directory where the commands of a run leave files that become artifacts. It exists from the worker's start until
 * everything has been stored: if it still exists and the worker is gone, the run needs to be recovered.
 */
export function workDirectory(workspace: string, runId: string): string {
  return join(runDirectory(workspace, runId), "work");
}

/**
 * Returns one command's folders. Logs are separate because they contain no secrets, and the command's own files may.
 */
export function commandDirectories(workspace: string, runId: string, slug: string, folder: string) {
  const directory = join(workDirectory(workspace, runId), slug, folder);
  return { directory, logs: join(directory, "logs"), files: join(directory, "files") };
}

/** Lists the logs that a run's commands left, with the experiment, the command's folder, and the path. */
export async function findLogs(workspace: string, runId: string) {
  const work = workDirectory(workspace, runId);
  const found = await Promise.all(
    (await listFolders(work)).map(async (slug) => {
      const folders = await findLogFolders(join(work, slug), []);
      return folders.map((folder) => ({
        experiment_slug: slug,
        folder,
        directory: join(work, slug, folder, "logs"),
      }));
    }),
  );
  return found.flat();
}

async function findLogFolders(root: string, parts: string[]): Promise<string[]> {
  const entries = await readdir(join(root, ...parts), { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const deeper = names.filter((name) => name !== "logs" && name !== "files");
  const found = await Promise.all(deeper.map((name) => findLogFolders(root, [...parts, name])));
  return [...(names.includes("logs") ? [parts.join("/")] : []), ...found.flat()];
}

export async function removeWork(workspace: string, runId: string): Promise<void> {
  await rm(workDirectory(workspace, runId), { recursive: true, force: true });
}
