import { existsSync } from "node:fs";
import { readdir, rm, rmdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import * as z from "zod";
import type { Context } from "../../context.ts";
import { isInside } from "../../experiments/code/worktrees.ts";
import { findRepository, type Repository } from "../../git/repository.ts";
import { listWorktrees } from "../../git/worktrees/worktree-list.ts";
import { hasEnded, listRuns } from "../../runs/journal/journal.ts";
import { CoreError } from "../../utils/core-error.ts";
import { ignoreMissing, listFolders } from "../../utils/files/files.ts";
import { readRecord, writeJson } from "../../utils/files/json.ts";
import { isLocked, release, tryLock } from "../../utils/files/lock.ts";

/** `area.json`: proves that a worker made the area, and from which checkout. Written before anything else in it. */
const areaRecordSchema = z.object({ origin: z.string(), made_at: z.string() });

/** What a worker puts into an area. Anything else there is not its own. */
const ownNames =
  /^(area\.json|checkout|checkout\.cloning|worktrees|[0-9a-f-]{36}\.tgz|[0-9a-f]{40,64}\.bundle)$/;
/** Files that a killed worker was about to send or had just received. */
const passingFiles = /\.(tgz|bundle|cloning)$/;

/** The folder that holds the areas of a checkout. */
export function areasDirectory(
  { workspace, worktrees }: Pick<Context, "workspace" | "worktrees">,
  { top }: Pick<Repository, "top">,
): string {
  return join(resolve(workspace, worktrees ?? `${top}.worktrees`), "+work");
}

export const areaLock = (base: string, number: number) => join(base, `${number}.lock`);
export const areaClone = (directory: string) => join(directory, "checkout");
const recordName = "area.json";
const recordPath = (directory: string) => join(directory, recordName);

/** Whether a worker may use a folder as its area: it made it from this checkout, or has yet to make it. */
export async function claimArea(directory: string, origin: string): Promise<boolean> {
  const record = await readRecord(recordPath(directory), areaRecordSchema).catch(() => undefined);
  if (record !== undefined) return record.origin === origin;
  if (existsSync(directory)) return false;
  await writeJson(recordPath(directory), { origin, made_at: new Date().toISOString() });
  return true;
}

/** Removes what a killed worker left half written in its area. */
export async function sweepArea(directory: string): Promise<void> {
  for (const name of await readdir(directory))
    if (ownNames.test(name) && passingFiles.test(name))
      await rm(join(directory, name), { recursive: true, force: true });
}

/** An area that a worker made from a checkout. */
export interface RecordedArea {
  directory: string;
  made_at: string;
  /** The lock that its worker holds. */
  lock: string;
}

/** Lists the areas that workers made from a checkout. */
export async function listAreas(base: string, origin: string): Promise<RecordedArea[]> {
  const found: RecordedArea[] = [];
  for (const name of (await listFolders(base)).filter((each) => /^[1-9]\d*$/.test(each))) {
    const directory = join(base, name);
    const record = await readRecord(recordPath(directory), areaRecordSchema).catch(() => undefined);
    if (record?.origin !== origin) continue;
    found.push({ directory, made_at: record.made_at, lock: areaLock(base, Number(name)) });
  }
  return found;
}

/** Says why an area must stay; undefined if nobody needs it. */
export async function findAreaUse({ directory, lock }: RecordedArea): Promise<string | undefined> {
  if (await isLocked(lock)) return "a worker uses it";
  return findAreaContent(directory);
}

async function findAreaContent(directory: string): Promise<string | undefined> {
  const clone = await findRepository(areaClone(directory)).catch(() => undefined);
  if (clone === undefined || !isInside(directory, clone.top)) return undefined;
  const runs = await listRuns(join(clone.top, clone.folder));
  if (runs.some((run) => !hasEnded(run))) return "a run goes on in it";
  const outside = (await listWorktrees(clone.top)).find(({ path }) => !isInside(directory, path));
  return outside && `its clone has a worktree elsewhere: ${outside.path}`;
}

/**
 * Removes what workers put into an area. Files that they did not make stay.
 * @throws CoreError `needed_again` if it is in use
 */
export async function removeArea(area: RecordedArea): Promise<void> {
  const { directory, lock } = area;
  const why = (await tryLock(lock)) ? undefined : "a worker uses it";
  try {
    const left = why ?? (await findAreaContent(directory));
    if (left !== undefined)
      throw new CoreError("needed_again", `${directory} stays: ${left}.`, {
        hint: "Clean up again when it is no longer in use.",
        retryable: true,
      });
    const names = ((await readdir(directory).catch(ignoreMissing)) ?? []).filter((name) =>
      ownNames.test(name),
    );
    // The record that proves whose it is goes last.
    for (const name of [...names.filter((each) => each !== recordName), recordName])
      await rm(join(directory, name), { recursive: true, force: true });
    await rmdir(directory).catch(() => {});
  } finally {
    if (why === undefined) release(lock);
  }
}
