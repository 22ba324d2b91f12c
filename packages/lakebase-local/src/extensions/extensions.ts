import { chmod, copyFile, mkdir, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import * as z from "zod";
import { exists, type Home } from "../home.ts";
import { getMessage, LocalError } from "../local-error.ts";
import { readWhole, writeWhole } from "../whole-file.ts";
import { type FoundExtension, findExtensions } from "./find.ts";
import { offerExtensions } from "./offer.ts";

/** By name, the files of each extension, relative to the folder of extensions. */
const registry = z.record(z.string(), z.array(z.string()));

/** Loads a library into a server, and throws the server's error if that fails. */
export type TryLibrary = (path: string) => Promise<unknown>;

/** Extensions that the Postgres of ours lacks, added from elsewhere: copies of their files, for all branches. */
export class Extensions {
  readonly #home: Home;
  #known: z.infer<typeof registry>;

  private constructor(home: Home, known: z.infer<typeof registry>) {
    this.#home = home;
    this.#known = known;
  }

  static async open(home: Home): Promise<Extensions> {
    return new Extensions(home, (await readWhole(home.extensionsFile, registry)) ?? {});
  }

  get names(): string[] {
    return Object.keys(this.#known).sort();
  }

  /** The settings by which a server finds them. */
  get settings(): string[] {
    const { extensions } = this.#home;
    return [
      `extension_control_path=$system:${join(extensions, "share")}`,
      `dynamic_library_path=$libdir:${join(extensions, "lib")}`,
    ];
  }

  /**
   * Adds the extensions below a folder, or replaces them.
   * @throws LocalError where one is not whole, or made for another Postgres.
   */
  async add(folder: string, tryLibrary: TryLibrary): Promise<string[]> {
    const found = await findExtensions(folder);
    const draft = `${this.#home.extensions}.${process.pid}.tmp`;
    const before = this.#known;
    // An extension about to be replaced may lack files, which must not keep a server from trying the new ones.
    this.#known = without(before, found);
    try {
      for (const extension of found) await copyInto(draft, extension, tryLibrary);
      await offerExtensions(join(draft, "share", "extension"));
      await makeFolders(this.#home.extensions);
      for (const file of found.flatMap(listFiles))
        await rename(join(draft, file), join(this.#home.extensions, file));
      const added = Object.fromEntries(found.map((extension) => [extension.name, listFiles(extension)]));
      const known = { ...this.#known, ...added };
      await writeWhole(this.#home.extensionsFile, JSON.stringify(known));
      this.#known = known;
      return Object.keys(added);
    } catch (error) {
      this.#known = before;
      throw error;
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  }

  /** @throws LocalError where files of an extension are gone: branches that use it would break in the middle. */
  async assertPresent(): Promise<void> {
    for (const name of this.names) {
      const file = await this.#findGone(name);
      if (file === undefined) continue;
      throw new LocalError(`extension ${name} was added, but its file ${file} is missing`, {
        hint: "Add it again: lakebase-local extensions add DIR",
      });
    }
  }

  /** Whether an extension was never added, or has lost files since. */
  async isMissing(name: string): Promise<boolean> {
    return !Object.hasOwn(this.#known, name) || (await this.#findGone(name)) !== undefined;
  }

  async #findGone(name: string): Promise<string | undefined> {
    for (const file of this.#known[name] ?? [])
      if (!(await exists(join(this.#home.extensions, file)))) return file;
    return undefined;
  }
}

function without(known: z.infer<typeof registry>, found: FoundExtension[]): z.infer<typeof registry> {
  const names = new Set(found.map(({ name }) => name));
  return Object.fromEntries(Object.entries(known).filter(([name]) => !names.has(name)));
}

function listFiles({ control, scripts, library }: FoundExtension): string[] {
  const texts = [control, ...scripts].map((file) => join("share", "extension", basename(file)));
  return library === undefined ? texts : [...texts, join("lib", basename(library))];
}

async function copyInto(draft: string, extension: FoundExtension, tryLibrary: TryLibrary): Promise<void> {
  await makeFolders(draft);
  const sources = [
    extension.control,
    ...extension.scripts,
    ...(extension.library ? [extension.library] : []),
  ];
  for (const [place, file] of listFiles(extension).entries()) {
    await copyFile(sources[place] ?? "", join(draft, file));
    await chmod(join(draft, file), 0o644);
  }
  if (extension.library === undefined) return;
  try {
    await tryLibrary(join(draft, "lib", basename(extension.library)));
  } catch (cause) {
    throw new LocalError(`extension ${extension.name} does not load: ${getMessage(cause)}`, {
      hint: "It must be built for PostgreSQL 18 and for this platform.",
      cause,
    });
  }
}

/** The account that runs Postgres must be able to read them. */
async function makeFolders(root: string): Promise<void> {
  for (const folder of [root, join(root, "share"), join(root, "share", "extension"), join(root, "lib")])
    await mkdir(folder, { recursive: true, mode: 0o755 });
}
