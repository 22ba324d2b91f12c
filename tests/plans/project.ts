import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Folder, openProject } from "../../src/plans/folder.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";

/** Writes files into a folder: text as it is, anything else as JSON. */
export async function writeFiles(directory: string, files: Record<string, unknown>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), typeof content === "string" ? content : JSON.stringify(content));
  }
}

/** A project of the test's own, with these files. */
export async function makeProject(files: Record<string, unknown>): Promise<Folder> {
  const directory = await temporaryFolder();
  await writeFiles(directory, files);
  return openProject(directory);
}
