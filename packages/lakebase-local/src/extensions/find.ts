import { readdir, readFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { getMessage, LocalError } from "../local-error.ts";
import { isAddable } from "./offered.ts";

/** The files of one extension, wherever they lie. */
export interface FoundExtension {
  name: string;
  control: string;
  scripts: string[];
  /** Its code, where it has any. */
  library: string | undefined;
}

const deepest = 10;

/**
 * Finds extensions below a folder: an unpacked package, or a folder of Postgres' own form.
 * @throws LocalError where there is none that can be added, or one that is not whole.
 */
export async function findExtensions(folder: string): Promise<FoundExtension[]> {
  const files = await filesBelow(folder, deepest).catch((cause) => {
    throw new LocalError(`cannot read ${folder}: ${getMessage(cause)}`, {
      hint: "Name another folder.",
      cause,
    });
  });
  const controls = files.filter((file) => file.endsWith(".control") && isAddable(basename(file, ".control")));
  if (controls.length === 0) {
    throw new LocalError(`no extension that can be added was found in ${folder}`, {
      hint: "You can add extensions that Lakebase offers and lakebase-local lacks, such as vector. Name a folder that holds NAME.control, NAME--VERSION.sql and the library.",
    });
  }
  return Promise.all(controls.map((control) => completeFrom(files, control)));
}

async function completeFrom(files: string[], control: string): Promise<FoundExtension> {
  const name = basename(control, ".control");
  const scripts = files.filter((file) => basename(file).startsWith(`${name}--`) && file.endsWith(".sql"));
  const [, path] = /^\s*module_pathname\s*=\s*'([^']+)'/m.exec(await readFile(control, "utf8")) ?? [];
  const library = files.find((file) => path !== undefined && isLibrary(file, basename(path)));
  const missing =
    scripts.length === 0 ? `${name}--VERSION.sql` : path !== undefined && !library && basename(path);
  if (!missing) return { name, control, scripts, library };
  throw new LocalError(`extension ${name} is incomplete: ${missing} is missing beside ${control}`, {
    hint: "Name a folder that holds all of its files.",
  });
}

function isLibrary(file: string, name: string): boolean {
  return [".so", ".dylib"].includes(extname(file)) && basename(file, extname(file)) === name;
}

async function filesBelow(folder: string, levels: number): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return levels > 0 ? filesBelow(path, levels - 1) : [];
      return entry.isFile() ? [path] : [];
    }),
  );
  return found.flat();
}
