import pg from "pg";
import type { Platform } from "../api/platform.ts";
import { LocalError } from "../local-error.ts";

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
