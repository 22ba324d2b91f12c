import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { boundStream } from "../../src/runs/bounded.ts";

const bound = (chunks: string[], limit: number) =>
  text(Readable.from(chunks.map((chunk) => Buffer.from(chunk))).pipe(boundStream(limit)));

test("a short log is kept whole", async () => {
  expect(await bound(["abc", "def"], 3)).toBe("abcdef");
  expect(await bound([], 3)).toBe("");
});

test("a long log keeps head and tail, and counts what lies between", async () => {
  expect(await bound(["abcdefghij"], 3)).toBe("abc\n… 4 bytes left out …\nhij");
  expect(await bound("abcdefghijklmnopqrstuvwxyz".split(""), 3)).toBe("abc\n… 20 bytes left out …\nxyz");
});
