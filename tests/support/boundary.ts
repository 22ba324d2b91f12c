import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { CodeBoundary } from "../../src/runs/worktree/code-boundary.ts";
import { temporaryFolder } from "./machine/temporary.ts";

/** A main checkout, and an experiment's worktree next to it, without git: what its files are is given. */
export async function makeBoundary(change: Partial<CodeBoundary> = {}) {
  const folder = await temporaryFolder();
  const [main, own] = [join(folder, "shop"), join(folder, "shop.worktrees/F1/a")];
  for (const path of [main, own]) await mkdir(path, { recursive: true });
  const boundary: CodeBoundary = {
    ...{ root: own, directory: own, checkouts: [main, own], files: [], environment: {} },
    ...change,
  };
  return { folder, main, own, boundary };
}

export async function putFile(path: string, text = ""): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

export async function putLink(target: string, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await symlink(target, path);
}
