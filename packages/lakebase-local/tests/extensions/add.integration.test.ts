import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Machine } from "../machine.ts";

let machine: Machine;
let folder: string;

beforeAll(async () => {
  machine = await Machine.create();
  folder = await mkdtemp(join(tmpdir(), "lakebase-local-extension-"));
});

afterAll(async () => {
  await machine.destroy();
  await rm(folder, { recursive: true });
});

/** An extension without code of its own, under a name that Lakebase has. */
async function writeExtension(name: string, more = ""): Promise<void> {
  await writeFile(join(folder, `${name}.control`), `default_version = '1.0'\n${more}`);
  await writeFile(join(folder, `${name}--1.0.sql`), "CREATE FUNCTION answer() RETURNS int RETURN 42;\n");
}

/** A library that loads, whatever is in it: any of the same Postgres does. */
async function writeLibrary(): Promise<void> {
  const files = await readdir(join(machine.home, "postgres"), { recursive: true });
  const library = files.find((file) => /\/seg\.(so|dylib)$/.test(file)) ?? "";
  await copyFile(join(machine.home, "postgres", library), join(folder, `vector${extname(library)}`));
}

test("refuses files that are not an extension, unknown to Lakebase, incomplete or not loadable", async () => {
  const add = () => machine.refusal("extensions", "add", folder);
  const nowhere = join(folder, "nowhere");
  expect(await machine.refusal("extensions", "add", nowhere)).toContain(`cannot read ${nowhere}: ENOENT`);
  expect(await add()).toContain(`no extension that can be added was found in ${folder}`);
  await writeExtension("of_my_own");
  expect(await add()).toContain("no extension that can be added was found");
  await writeExtension("vector", "module_pathname = '$libdir/vector'\n");
  expect(await add()).toContain("extension vector is incomplete: vector is missing");
  await writeFile(join(folder, "vector.so"), "no library");
  expect(await add()).toMatch(/extension vector does not load: .*\. It must be built for PostgreSQL 18/);
  await expect(machine.sql("production", "CREATE EXTENSION vector")).rejects.toThrow("is not available");
  await rm(join(folder, "vector.so"));
});

test("makes an added extension available on every branch and in forks", async () => {
  await machine.createBranch("before");
  await machine.sql("before", "SELECT 1");
  await writeExtension("vector");
  expect((await machine.run("extensions", "add", folder)).stdout).toContain('"vector"');
  await machine.sql("before", "CREATE EXTENSION vector");
  await machine.createBranch("fork", { source_branch: "projects/local/branches/before", no_expiry: true });
  await rm(join(folder, "vector.control"));
  expect(await machine.sql("fork", "SELECT answer()")).toEqual([{ answer: 42 }]);
  await machine.run("stop");
  expect(await machine.sql("fork", "SELECT answer()")).toEqual([{ answer: 42 }]);
});

test("refuses logins while an added extension's files are missing", async () => {
  await machine.run("stop");
  await rm(join(machine.home, "extensions", "share", "extension", "vector--1.0.sql"));
  await expect(machine.sql("fork", "SELECT 1")).rejects.toThrow(
    /extension vector was added, but its file .*vector--1\.0\.sql is missing\. Add it again/,
  );
  await writeLibrary();
  await writeExtension("vector", "module_pathname = '$libdir/vector'\n");
  expect((await machine.run("extensions", "add", folder)).stdout).toContain('"vector"');
  expect(await machine.sql("fork", "SELECT answer()")).toEqual([{ answer: 42 }]);
});

test("adds the extensions of the configured folder to a new state directory", async () => {
  await machine.run("start");
  await writeLibrary();
  await writeExtension("vector", "module_pathname = '$libdir/vector'\n");
  const fresh = await Machine.create({ LAKEBASE_LOCAL_EXTENSIONS: folder });
  try {
    await fresh.sql("production", "CREATE EXTENSION vector");
    await fresh.run("stop");
    await rm(join(fresh.home, "extensions", "share", "extension", "vector--1.0.sql"));
    expect(await fresh.sql("production", "SELECT answer()")).toEqual([{ answer: 42 }]);
  } finally {
    await fresh.destroy();
  }
});

test("refuses to start when the configured folder has no usable extension, and leaves no server behind", async () => {
  const wrong = join(folder, "wrong");
  const odd = await Machine.create({ LAKEBASE_LOCAL_EXTENSIONS: wrong });
  try {
    expect(await odd.refusal("start")).toMatch(/LAKEBASE_LOCAL_EXTENSIONS: cannot read .*ENOENT/);
    await mkdir(wrong);
    for (const file of ["vector.control", "vector--1.0.sql"])
      await copyFile(join(folder, file), join(wrong, file));
    await writeFile(join(wrong, "vector.so"), "no library");
    expect(await odd.refusal("start")).toContain("LAKEBASE_LOCAL_EXTENSIONS: extension vector does not load");
    expect(await listServers(odd.home)).toEqual([]);
  } finally {
    await odd.destroy();
  }
});

/** The servers of a state directory that say they run. */
async function listServers(home: string): Promise<string[]> {
  const files = await readdir(join(home, "data"), { recursive: true });
  return files.filter((file) => file.endsWith("postmaster.pid"));
}
