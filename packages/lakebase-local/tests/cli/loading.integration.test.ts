import { readFile } from "node:fs/promises";
import { execa } from "execa";
import { expect, test } from "vitest";
import * as z from "zod";
import { program } from "../machine.ts";

const loadedSchema = z.object({ files: z.array(z.string()), builtIn: z.array(z.string()) });

test("a command loads only a few kilobytes, and no module that only the daemon needs", async () => {
  const { files, builtIn } = await load(program);
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
  const size = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  expect(files).toContain(program);
  expect(size).toBeLessThan(40_000);
  expect(builtIn).toContain("NativeModule http");
  expect(builtIn).not.toContain("NativeModule child_process");
  expect(builtIn).not.toContain("NativeModule crypto");
});

/** What Node has loaded when a program has said how it is used. */
async function load(file: string): Promise<z.infer<typeof loadedSchema>> {
  const script = `
    const text = () => JSON.stringify({ files: Object.keys(require.cache), builtIn: process.moduleLoadList });
    process.once("exit", () => process.stderr.write(text()));
    require(${JSON.stringify(file)});`;
  const { stderr } = await execa(process.execPath, ["-e", script]);
  return loadedSchema.parse(JSON.parse(stderr));
}
