import pg from "pg";
import type { Platform } from "../api/platform.ts";
import { findExtensions } from "../extensions/find.ts";
import { getMessage, LocalError } from "../local-error.ts";

/** Adds the extensions below a folder for all branches; the oldest branch's server tries whether they load. */
export async function addExtensions(
  { store, computes, extensions }: Platform,
  folder: string,
): Promise<object> {
  const [branch] = store.branches();
  if (!branch) {
    throw new LocalError("there is no branch whose server could try the extension", {
      hint: "Create a project first.",
    });
  }
  const compute = computes.of(branch.uid);
  const load = (path: string) =>
    compute.withAdmin("postgres", (admin) => admin.query(`LOAD ${pg.escapeLiteral(path)}`));
  return { added: await extensions.add(folder, load), extensions: extensions.names };
}

/**
 * Adds the extensions below the folder that a setting names, where one is not there yet or no longer whole. What is
 * there stays as it is: a newer build comes by {@link addExtensions}.
 * @throws LocalError that names the setting.
 */
export async function ensureExtensions(platform: Platform, folder: string): Promise<void> {
  if (platform.store.branches().length === 0) return;
  try {
    const found = await findExtensions(folder);
    const missing = await Promise.all(found.map(({ name }) => platform.extensions.isMissing(name)));
    if (missing.includes(true)) await addExtensions(platform, folder);
  } catch (cause) {
    const hint = cause instanceof LocalError ? cause.hint : "Name a folder that can be read, or unset it.";
    throw new LocalError(`LAKEBASE_LOCAL_EXTENSIONS: ${getMessage(cause)}`, { hint, cause });
  }
}
