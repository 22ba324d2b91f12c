import { chown, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { LocalError } from "../local-error.ts";
import { findPostgresAccount } from "./account.ts";
import { runAsPostgres } from "./run.ts";

/** Files that describe a running server rather than its data. */
export const volatileEntries = new Set(["postmaster.pid", "postmaster.opts"]);

/** Share blocks where the file system can; keep owner, mode and times. */
const cp = process.platform === "darwin" ? ["-Rpc"] : ["-a", "--reflink=auto"];

/**
 * Copies what is in one folder into another.
 * @param mayVanish whether a file may be removed meanwhile, as a running server does
 * @throws LocalError with what cp said.
 */
export async function copyEntries(
  source: string,
  target: string,
  { skip, mayVanish = false }: { skip: Set<string>; mayVanish?: boolean },
): Promise<void> {
  const names = (await readdir(source)).filter((name) => !skip.has(name));
  if (names.length > 0)
    await copyPaths(
      names.map((name) => join(source, name)),
      target,
      mayVanish,
    );
}

/** Copies files and folders into a folder. See {@link copyEntries}. */
export async function copyPaths(paths: string[], target: string, mayVanish = false): Promise<void> {
  const { code, stderr } = await runAsPostgres("cp", [...cp, "--", ...paths, `${target}/`]);
  if (code === 0) return;
  const complaints = stderr
    .split("\n")
    .filter((line) => line !== "" && !(mayVanish && /: No such file or directory$/.test(line)));
  if (mayVanish && complaints.length === 0) return;
  throw new LocalError(`the copy of a data directory failed: ${complaints.slice(0, 3).join(" ")}`, {
    hint: /No space left/.test(stderr) ? "Free some disk space." : "See 'lakebase-local logs'.",
  });
}

/** Creates a folder, 0700, of the account that runs Postgres. */
export async function makeOwnFolder(path: string): Promise<void> {
  await mkdir(path, { mode: 0o700 });
  await giveToPostgres(path);
}

/** Gives a file to the account that runs Postgres. */
export async function giveToPostgres(path: string): Promise<void> {
  const account = findPostgresAccount();
  if (account) await chown(path, account.uid, account.gid);
}
