import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lookInto, readIfPresent, readRecordText } from "../../src/utils/files/files.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";

const unreadable = { code: "record_unreadable" };

test.each([0, 1, 2 ** 16 - 1, 2 ** 16, 2 ** 16 + 1, 2 ** 20])("reads all of %i bytes", async (size) => {
  const path = join(await temporaryFolder(), "record.json");
  // Characters of three bytes, so that some lie across every boundary.
  const text = "€".repeat(size / 3).padEnd(size - Math.floor(size / 3) * 2, "x");
  expect(Buffer.byteLength(text)).toBe(size);
  await writeFile(path, text);
  expect(readRecordText(path)).toBe(text);
  expect(await readIfPresent(path)).toBe(text);
});

test("tells a missing file from one that cannot be read", async () => {
  const folder = await temporaryFolder();
  expect(readRecordText(join(folder, "none"))).toBeUndefined();
  expect(readRecordText(join(folder, "none", "none"))).toBeUndefined();
  expect(() => readRecordText(folder)).toThrow(expect.objectContaining(unreadable));
});

test("follows a link to a file, but not as a record", async () => {
  const folder = await temporaryFolder();
  const link = join(folder, "link");
  const broken = join(folder, "broken");
  await writeFile(join(folder, "file"), "text");
  await symlink("file", link);
  await symlink("none", broken);
  expect(await readIfPresent(link)).toBe("text");
  expect(await readIfPresent(broken)).toBeUndefined();
  expect(() => readRecordText(link)).toThrow(expect.objectContaining(unreadable));
  expect(() => readRecordText(broken)).toThrow(expect.objectContaining(unreadable));
});

test("does not read a device, which may never end", async () => {
  expect(() => readRecordText("/dev/zero")).toThrow(expect.objectContaining(unreadable));
  await expect(readIfPresent("/dev/zero")).rejects.toMatchObject(unreadable);
});

test("reads records as a listing of their folder found them", async () => {
  const folder = await temporaryFolder();
  const at = (name: string) => join(folder, name);
  await writeFile(at("file"), "text");
  await writeFile(at("gone"), "text");
  await writeFile(at("replaced"), "text");
  await symlink("file", at("link"));
  await mkdir(at("folder"));
  const look = lookInto(folder);
  await rm(at("gone"));
  await rm(at("replaced"));
  await symlink("file", at("replaced"));
  await writeFile(at("added"), "text");
  expect(readRecordText(at("file"), look)).toBe("text");
  for (const name of ["none", "gone", "added"]) expect(readRecordText(at(name), look), name).toBeUndefined();
  for (const name of ["link", "folder", "replaced"])
    expect(() => readRecordText(at(name), look), name).toThrow(expect.objectContaining(unreadable));
});

test("finds nothing in a folder that does not exist", async () => {
  const folder = join(await temporaryFolder(), "none");
  expect(readRecordText(join(folder, "file"), lookInto(folder))).toBeUndefined();
});
