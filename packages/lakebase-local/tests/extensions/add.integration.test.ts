import { copyFile, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
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

test("what is no extension, none of Lakebase's, not whole or not loadable is refused", async () => {
  const add = () => machine.refusal("extensions", "add", folder);
  expect(await add()).toContain(`no extension that can be added was found in ${folder}`);
  await writeExtension("of_my_own");
  expect(await add()).toContain("no extension that can be added was found");
  await writeExtension("vector", "module_pathname = '$libdir/vector'\n");
  expect(await add()).toContain("extension vector is not whole: vector is missing");
  await writeFile(join(folder, "vector.so"), "no library");
  expect(await add()).toMatch(/extension vector does not load: .*\. It must be built for PostgreSQL 18/);
  await expect(machine.sql("production", "CREATE EXTENSION vector")).rejects.toThrow("is not available");
  await rm(join(folder, "vector.so"));
});

test("an added extension can be created on every branch, and a fork has it", async () => {
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

test("a login says which added extension has lost its files, until it is added again", async () => {
  await machine.run("stop");
  await rm(join(machine.home, "extensions", "share", "extension", "vector--1.0.sql"));
  await expect(machine.sql("fork", "SELECT 1")).rejects.toThrow(
    /extension vector was added, and its file .*vector--1\.0\.sql is gone\. Add it again/,
  );
  // Any library of the same Postgres loads.
  const files = await readdir(join(machine.home, "postgres"), { recursive: true });
  const library = files.find((file) => /\/seg\.(so|dylib)$/.test(file)) ?? "";
  await copyFile(join(machine.home, "postgres", library), join(folder, `vector${extname(library)}`));
  await writeExtension("vector", "module_pathname = '$libdir/vector'\n");
  expect((await machine.run("extensions", "add", folder)).stdout).toContain('"vector"');
  expect(await machine.sql("fork", "SELECT answer()")).toEqual([{ answer: 42 }]);
});
