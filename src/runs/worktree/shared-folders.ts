import { rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { execa } from "execa";
import type { ExperimentCode } from "../../experiments/code/worktrees.ts";
import { CoreError } from "../../utils/core-error.ts";
import { makeRecordFolder } from "../../utils/files/record-path.ts";

/** Caches that tools keep in such a folder. They know to which code an entry belongs. */
const caches = [
  ...[".cache", ".vite*", ".vitest*", ".tmp", ".nyc_output", "__pycache__", ".pytest_cache", ".mypy_cache"],
  ...["*.pyc", ".package-lock.json", ".yarn-state.yml", ".modules.yaml"],
];

/**
 * Watches the folders that the plan links into a worktree. Every worktree has the same files there, so what one design
 * writes, such as a generated database client, the others use.
 */
export interface SharedFolders {
  /** To be called when a command has ended that prepares them for the experiment's suites. */
  settle: () => Promise<void>;
  /** @throws CoreError `shared_folder_changed` if a file in them was written since they were settled */
  refuseChanged: () => Promise<void>;
}

/**
 * @param linked the plan's `worktrees.link`
 * @param mark a path for a file whose time says when they were settled; absolute
 */
export async function watchSharedFolders(
  { directory, worktree }: ExperimentCode,
  linked: readonly string[],
  mark: string,
): Promise<SharedFolders | undefined> {
  if (worktree === undefined || linked.length === 0) return undefined;
  const settle = async () => {
    await makeRecordFolder(dirname(mark));
    await rm(mark, { force: true });
    await writeFile(mark, "");
  };
  await settle();
  // The slash makes find follow the link itself, and no other.
  const folders = linked.map((name) => `${join(directory, name)}/`);
  const names = caches.flatMap((name, index) => [...(index === 0 ? [] : ["-o"]), "-name", name]);
  const test = ["(", ...names, ")", "-prune", "-o", "-type", "f", "-newercm", mark, "-print"];
  return {
    settle,
    refuseChanged: async () => {
      // A find that does not know these tests finds nothing.
      const { stdout } = await execa("find", [...folders, ...test], { reject: false, timeout: 60_000 });
      const [found] = stdout.split("\n").filter((line) => line !== "");
      if (found !== undefined) throw refuse(relative(directory, found));
    },
  };
}

function refuse(file: string): CoreError {
  const what = `${file}, which worktrees.link shares among experiments, was written while others ran, so it may not be this design's`;
  return new CoreError("shared_folder_changed", `${what}.`, {
    hint: "Give each worktree a folder of its own with worktrees.prepare in plan.json, or run one experiment at a time.",
  });
}
