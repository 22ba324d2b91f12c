import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { program } from "../machine.ts";

test("a command loads its own few kilobytes, and no program that only the daemon or a start needs", async () => {
  const files = await load(program);
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
  const size = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  expect(size).toBeLessThan(40_000);
  const builtIn = texts.flatMap((text) =>
    [...text.matchAll(/\bfrom"(node:[^"]+)"/g)].map(([, name]) => name),
  );
  expect(builtIn).toContain("node:http");
  expect(builtIn).not.toContain("node:child_process");
  expect(builtIn).not.toContain("node:crypto");
});

/** A program and what it imports before its first line runs. */
async function load(file: string, known = new Set<string>()): Promise<string[]> {
  if (known.has(file)) return [];
  known.add(file);
  const text = await readFile(file, "utf8");
  const imported = [...text.matchAll(/\b(?:from|import)"(\.[^"]+)"/g)].map(([, path = ""]) => path);
  const below = await Promise.all(imported.map((path) => load(join(dirname(file), path), known)));
  return [file, ...below.flat()];
}
