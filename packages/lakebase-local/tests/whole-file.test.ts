import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { temporaryFolder } from "../../../tests/support/machine/temporary.ts";
import { readWhole, writeWhole } from "../src/whole-file.ts";

const shape = z.object({ n: z.number() });

test("replaces a file for the owner alone, and leaves no draft", async () => {
  const folder = await temporaryFolder();
  const file = join(folder, "a.json");
  for (const n of [1, 2]) await writeWhole(file, JSON.stringify({ n }));
  expect(await readWhole(file, shape)).toEqual({ n: 2 });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(["a.json"]);
});

test("leaves the old file and no draft when a write fails", async () => {
  const folder = await temporaryFolder();
  const file = join(folder, "a.json");
  await mkdir(join(file, "in the way"), { recursive: true });
  await expect(writeWhole(file, "{}")).rejects.toThrow();
  expect(await readdir(folder)).toEqual(["a.json"]);
});

test("writes many at once, of which one stays whole", async () => {
  const file = join(await temporaryFolder(), "a.json");
  const texts = Array.from({ length: 20 }, (_, n) => JSON.stringify({ n, text: "x".repeat(n * 1000) }));
  await Promise.all(texts.map((text) => writeWhole(file, text)));
  expect(texts).toContain(await readFile(file, "utf8"));
});

test("reads nothing where there is no file", async () => {
  expect(await readWhole(join(await temporaryFolder(), "a.json"), shape)).toBeUndefined();
});

test.each(["", "{", "[]", '{"n":"1"}', "null"])(
  "names the file that holds %j, and how to start anew",
  async (text) => {
    const file = join(await temporaryFolder(), "a.json");
    await writeFile(file, text);
    await expect(readWhole(file, shape)).rejects.toMatchObject({
      name: "LocalError",
      message: expect.stringContaining(`${file} is not readable: `),
      hint: expect.stringContaining("lakebase-local reset --yes"),
    });
  },
);
