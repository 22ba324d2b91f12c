import { readFile } from "node:fs/promises";
import { glob } from "tinyglobby";
import { expect, test } from "vitest";
import type { ErrorCodeEntry } from "../../schemas/error-codes/entry.ts";
import { errorCodes } from "../../schemas/error-codes.ts";
import { renderErrorReference } from "./error-reference.ts";

test("docs/errors.md matches the table of error codes", async () => {
  await expect(renderErrorReference()).toMatchFileSnapshot("../../docs/errors.md");
});

const entries = Object.values(errorCodes).flatMap((codes): [string, ErrorCodeEntry][] =>
  Object.entries(codes),
);

test("every code is in the table once and thrown somewhere", async () => {
  const codes = entries.map(([code]) => code);
  expect(codes.length).toBe(new Set(codes).size);
  const sources = await readSources();
  // Made of the name of what was run.
  const made = ["setup_failed", "migration_failed"];
  const isThrown = (code: string) => made.includes(code) || sources.includes(`"${code}"`);
  expect(codes.filter((code) => !isThrown(code))).toEqual([]);
});

test("an error is retryable only if the table says so", async () => {
  const sources = await readSources();
  const thrown = [...sources.matchAll(/new \w*Error\(\s*"(\w+)",(?:(?!new \w*Error\().)*?\}\s*,?\s*\)/gs)];
  const retryable = thrown.flatMap(([text, code]) => (text.includes("retryable: true") ? [code] : []));
  expect(retryable).toContain("locked");
  const refused = entries.flatMap(([code, { retry }]) => (retry === "no" ? [code] : []));
  expect(refused.filter((code) => retryable.includes(code))).toEqual([]);
});

async function readSources(): Promise<string> {
  const paths = await glob(["src/**/*.ts", "tools/**/*.ts"]);
  return (await Promise.all(paths.map((path) => readFile(path, "utf8")))).join("\n");
}
