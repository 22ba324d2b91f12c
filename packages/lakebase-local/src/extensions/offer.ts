import { chmod, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { grants, isOffered } from "./offered.ts";

/**
 * Makes a folder of control files offer what Lakebase does: the ordinary role can create each of those extensions, and no
 * other is available.
 */
export async function offerExtensions(folder: string): Promise<void> {
  const files = await readdir(folder);
  for (const file of files.filter((each) => each.endsWith(".control"))) {
    const name = basename(file, ".control");
    if (isOffered(name)) await trust(folder, name, files);
    else await rm(join(folder, file));
  }
}

/** A trusted extension's script runs as the superuser, whoever may create it. */
async function trust(folder: string, name: string, files: string[]): Promise<void> {
  const control = await readFile(join(folder, `${name}.control`), "utf8");
  if (!/^\s*trusted\s*=\s*true/m.test(control)) {
    await replace(join(folder, `${name}.control`), `${control.trimEnd()}\ntrusted = true\n`);
  }
  const grant = grants.get(name);
  const [, version = ""] = /^\s*default_version\s*=\s*'([^']+)'/m.exec(control) ?? [];
  if (grant === undefined) return;
  const last = files.filter((file) => file.startsWith(`${name}--`) && file.endsWith(`--${version}.sql`));
  for (const file of last) {
    const script = await readFile(join(folder, file), "utf8");
    await replace(join(folder, file), `${script.trimEnd()}\n${grant}\n`);
  }
}

/** In a file of its own: the one that is there may be a link into the package. */
async function replace(path: string, text: string): Promise<void> {
  await rm(path);
  await writeFile(path, text);
  await chmod(path, 0o644);
}
