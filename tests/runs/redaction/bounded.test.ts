import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { boundStream } from "../../../src/runs/redaction/bounded.ts";
import { createRedactor } from "../../../src/runs/redaction/redact.ts";

const bound = (chunks: string[], limit: number, secrets: string[] = []) =>
  text(
    Readable.from(chunks.map((chunk) => Buffer.from(chunk))).pipe(
      boundStream(createRedactor(secrets), { head: limit, tail: limit }),
    ),
  );

test("keeps a short log whole", async () => {
  expect(await bound(["abc", "def"], 3)).toBe("abcdef");
  expect(await bound([], 3)).toBe("");
});

test("keeps the head and tail of a long log, and counts the omitted bytes", async () => {
  expect(await bound(["abcdefghij"], 3)).toBe("abc\n… 4 bytes left out …\nhij");
  expect(await bound("abcdefghijklmnopqrstuvwxyz".split(""), 3)).toBe("abc\n… 20 bytes left out …\nxyz");
});

test("keeps no part of a secret that crosses the edge of the kept text", async () => {
  const secret = "hunter2-hunter2";
  for (let before = 0; before < 80; before++) {
    const output = `${"-".repeat(before)}${secret}${".".repeat(200)}${secret}${"-".repeat(80 - before)}`;
    const kept = await bound(output.match(/.{1,7}/g) ?? [], 40, [secret]);
    expect(kept).toMatch(/bytes left out/);
    expect(kept).not.toMatch(/hunter|unter|nter2|ter2|er2|r2/);
  }
});

test("treats the start of a secret at the very end as a secret", async () => {
  expect(await bound(["the key is hunter2-hunt"], 100, ["hunter2-hunter2"])).toBe("the key is [redacted]");
});
