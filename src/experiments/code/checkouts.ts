import { join } from "node:path";
import { listWorktreePaths } from "../../git/worktrees/worktree-list.ts";
import { listFolders } from "../../utils/files/files.ts";
import { stateDirectory } from "../layout.ts";
import { readWorktreeRecord } from "./worktree-record.ts";
import { isInside } from "./worktrees.ts";

/**
 * Lists the top folders of all checkouts of the workspace's repository: the main one, every worktree that git knows,
 * and those known only from a record or from the folder of an earlier version. Without a repository, the workspace is
 * the main one.
 */
export async function listCheckouts(workspace: string): Promise<string[]> {
  const [listed, recorded, old] = await Promise.all([
    listWorktreePaths(workspace),
    findRecorded(workspace),
    findOld(workspace),
  ]);
  const known = listed.length === 0 ? [workspace] : listed;
  return [...new Set([...known, ...recorded, ...old])];
}

/** Finds the checkout that contains a path; the innermost one if they are nested. */
export function findCheckout(checkouts: readonly string[], path: string): string | undefined {
  return checkouts
    .filter((checkout) => isInside(checkout, path))
    .reduce<string | undefined>((best, each) => (each.length > (best?.length ?? 0) ? each : best), undefined);
}

async function findRecorded(workspace: string): Promise<string[]> {
  const names = await foldersTwoDeep(join(stateDirectory(workspace), "experiments"));
  const records = await Promise.all(
    names.map(async ([feature_id, experiment_slug]) => {
      try {
        return await readWorktreeRecord({ workspace, feature_id, experiment_slug });
      } catch {
        // A folder with a foreign name, or an unreadable record, names no worktree.
        return undefined;
      }
    }),
  );
  return records.flatMap((record) => record?.path ?? []);
}

async function findOld(workspace: string): Promise<string[]> {
  const root = join(stateDirectory(workspace), "worktrees");
  return (await foldersTwoDeep(root)).map((names) => join(root, ...names));
}

async function foldersTwoDeep(root: string): Promise<[string, string][]> {
  const lists = await Promise.all(
    (await listFolders(root)).map(async (outer) =>
      (await listFolders(join(root, outer))).map((inner): [string, string] => [outer, inner]),
    ),
  );
  return lists.flat();
}
