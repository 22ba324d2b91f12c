import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { findProgram } from "../../../src/utils/files/find-program.ts";
import { measureFolder } from "../../../src/utils/files/measure.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";

/** Two folders on the PATH, in this order. */
async function usePath(): Promise<[string, string]> {
  const root = await temporaryFolder();
  const [first, second] = [join(root, "first"), join(root, "second")];
  for (const folder of [first, second]) await mkdir(folder);
  const { PATH } = process.env;
  process.env.PATH = [first, second].join(delimiter);
  onTestFinished(() => {
    process.env.PATH = PATH;
  });
  return [first, second];
}

async function addProgram(folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, "");
  await chmod(path, 0o755);
  return path;
}

test("finds a program in the first folder that has one", async () => {
  const [first, second] = await usePath();
  const later = await addProgram(second, "mvn");
  expect(findProgram("mvn")).toBe(later);
  const earlier = await addProgram(first, "mvn");
  expect(findProgram("mvn")).toBe(earlier);
  expect(findProgram("gradle")).toBeUndefined();
});

test("prefers the folder's order to that of the names", async () => {
  const [first, second] = await usePath();
  const other = await addProgram(first, "python");
  await addProgram(second, "python3");
  expect(findProgram("python3", "python")).toBe(other);
});

test("passes over folders, files that cannot be run, and links that lead nowhere", async () => {
  const [first, second] = await usePath();
  await mkdir(join(first, "mvn"));
  await writeFile(join(first, "gradle"), "", { mode: 0o644 });
  await symlink("nowhere", join(first, "go"));
  expect(["mvn", "gradle", "go"].map((name) => findProgram(name))).toEqual([undefined, undefined, undefined]);
  const [mvn, go] = [await addProgram(second, "mvn"), await addProgram(second, "go")];
  expect([findProgram("mvn"), findProgram("go")]).toEqual([mvn, go]);
});

test("measures a folder with everything in it, and no link's target", async () => {
  const root = await temporaryFolder();
  await mkdir(join(root, "deep", "er"), { recursive: true });
  const before = await measureFolder(root);
  await writeFile(join(root, "deep", "er", "a"), "x".repeat(1_000));
  await writeFile(join(root, "b"), "x".repeat(234));
  await symlink(root, join(root, "deep", "loop"));
  const link = root.length;
  expect(await measureFolder(root)).toBeGreaterThanOrEqual(before + 1_234 + link);
  expect(await measureFolder(join(root, "b"))).toBe(234);
  expect(await measureFolder(join(root, "none"))).toBe(0);
});
