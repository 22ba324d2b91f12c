import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../tests/support/machine/temporary.ts";
import { findExtensions } from "../../src/extensions/find.ts";
import { offerExtensions } from "../../src/extensions/offer.ts";
import { isAddable, isOffered } from "../../src/extensions/offered.ts";

/** A folder with some files. */
async function put(files: Record<string, string>): Promise<string> {
  const folder = await temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

const control = "default_version = '0.8.0'\nmodule_pathname = '$libdir/vector'\n";

describe("in a folder", () => {
  test("the files of an extension are found wherever they lie", async () => {
    const folder = await put({
      "usr/share/postgresql/18/extension/vector.control": control,
      "usr/share/postgresql/18/extension/vector--0.8.0.sql": "",
      "usr/share/postgresql/18/extension/vector--0.7.0--0.8.0.sql": "",
      "usr/share/postgresql/18/extension/vectorscale--1.sql": "",
      "usr/lib/postgresql/18/lib/vector.so": "",
      "usr/lib/postgresql/18/lib/other.so": "",
    });
    const [found, ...others] = await findExtensions(folder);
    expect(others).toEqual([]);
    expect({ ...found, scripts: found?.scripts.sort() }).toEqual({
      name: "vector",
      control: join(folder, "usr/share/postgresql/18/extension/vector.control"),
      scripts: ["0.7.0--0.8.0", "0.8.0"].map((version) =>
        join(folder, `usr/share/postgresql/18/extension/vector--${version}.sql`),
      ),
      library: join(folder, "usr/lib/postgresql/18/lib/vector.so"),
    });
  });

  test("one without code of its own needs no library", async () => {
    const folder = await put({ "hll.control": "default_version = '1'", "hll--1.sql": "", "hll.so": "" });
    expect(await findExtensions(folder)).toMatchObject([{ name: "hll", library: undefined }]);
  });

  test.each<[Record<string, string>, string]>([
    [{}, "no extension that can be added was found"],
    [{ "of_my_own.control": "", "of_my_own--1.sql": "" }, "no extension that can be added was found"],
    [{ "hstore.control": "", "hstore--1.sql": "" }, "no extension that can be added was found"],
    [{ "vector.control": control }, "extension vector is incomplete: vector--VERSION.sql is missing"],
    [
      { "vector.control": control, "vector--0.8.0.sql": "", "vector2.so": "", "vector.so.txt": "" },
      "extension vector is incomplete: vector is missing",
    ],
  ])("with %j there is none to add", async (files, message) => {
    await expect(findExtensions(await put(files))).rejects.toThrow(message);
  });

  test("that is not there, none is looked for", async () => {
    const folder = join(await temporaryFolder(), "nowhere");
    await expect(findExtensions(folder)).rejects.toThrow(`cannot read ${folder}: ENOENT`);
  });
});

test.each([
  ["vector", true, true],
  ["postgis", true, true],
  ["pg_trgm", true, false],
  ["plpgsql", true, false],
  ["dblink", false, false],
  ["file_fdw", false, false],
  ["constructor", false, false],
])("%s is offered: %s, and may be added: %s", (name, offered, addable) => {
  expect([isOffered(name), isAddable(name)]).toEqual([offered, addable]);
});

test("makes what is offered trusted, once, and takes the rest away", async () => {
  const folder = await put({
    "vector.control": "default_version = '1'\n",
    "pg_trgm.control": "trusted = true\ndefault_version = '1.6'\n",
    "citext.control": "# trusted = true\ntrusted = false",
    "dblink.control": "default_version = '1'\n",
    "dblink--1.sql": "",
  });
  await offerExtensions(folder);
  await offerExtensions(folder);
  expect((await readdir(folder)).sort()).toEqual([
    "citext.control",
    "dblink--1.sql",
    "pg_trgm.control",
    "vector.control",
  ]);
  const read = (name: string) => readFile(join(folder, `${name}.control`), "utf8");
  expect(await read("vector")).toBe("default_version = '1'\ntrusted = true\n");
  expect(await read("pg_trgm")).toBe("trusted = true\ndefault_version = '1.6'\n");
  expect(await read("citext")).toBe("# trusted = true\ntrusted = false\ntrusted = true\n");
});

test("lets the ordinary role use what only the superuser could, in the newest script", async () => {
  const folder = await put({
    "postgres_fdw.control": "default_version = '1.2'\n",
    "postgres_fdw--1.0.sql": "-- 1.0\n",
    "postgres_fdw--1.1--1.2.sql": "-- 1.2\n\n",
    "postgres_fdw--1.0--1.1.sql": "-- 1.1\n",
  });
  await offerExtensions(folder);
  const read = (versions: string) => readFile(join(folder, `postgres_fdw--${versions}.sql`), "utf8");
  expect(await read("1.1--1.2")).toBe(
    "-- 1.2\nGRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO databricks_superuser;\n",
  );
  expect([await read("1.0"), await read("1.0--1.1")]).toEqual(["-- 1.0\n", "-- 1.1\n"]);
});
