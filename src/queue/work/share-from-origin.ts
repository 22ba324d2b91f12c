import { existsSync } from "node:fs";
import { cp, mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Plan } from "../../../schemas/plan/plan.ts";
import { type ExperimentRef, worktreePath } from "../../experiments/layout.ts";
import type { Area } from "./area.ts";

/**
 * Takes what the plan's `worktrees.copy` and `worktrees.link` name from the checkout that the worker was started in:
 * files again for each job, because they hold settings that change; folders, which may be large, once for each worker.
 * What is missing there is reported when the worktree gets its files.
 */
export async function shareFromOrigin(area: Area, ref: ExperimentRef, { worktrees }: Plan): Promise<void> {
  const { origin, workspace, repository, linked } = area;
  const worktree = join(worktreePath(join(area.directory, "worktrees"), ref), repository.folder);
  for (const name of worktrees?.copy ?? []) {
    await takeFrom(join(origin, name), join(workspace, name));
    // It is then copied there anew.
    await rm(join(worktree, name), { force: true });
  }
  for (const name of worktrees?.link ?? []) {
    if (linked.has(name) && existsSync(join(workspace, name))) continue;
    await takeFrom(join(origin, name), join(workspace, name));
    linked.add(name);
  }
}

async function takeFrom(from: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true });
  if (!existsSync(from)) return;
  await mkdir(dirname(to), { recursive: true });
  await cp(from, to, { recursive: true, verbatimSymlinks: true });
}
