import { expect, test } from "vitest";
import { longestMessage, readMessages } from "../../src/mcp/read-messages.ts";

/** What comes of chunks of input: the messages passed on, and the ids of those that were answered here. */
async function read(...chunks: (string | Buffer)[]): Promise<{ passed: string; refused: unknown[] }> {
  const refused: unknown[] = [];
  const stream = readMessages((line) => refused.push(JSON.parse(line).id));
  const passed: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => passed.push(chunk));
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await new Promise((resolve) => stream.once("end", resolve));
  return { passed: Buffer.concat(passed).toString(), refused };
}

const message = (id: number, text = "") =>
  JSON.stringify({ jsonrpc: "2.0", id, method: "m", params: { text } });

test("passes on each line of a chunk, in order", async () => {
  const lines = `${message(1)}\n${message(2)}\n${message(3)}\n`;
  expect(await read(lines)).toEqual({ passed: lines, refused: [] });
});

test("joins a message that arrives byte by byte, whatever a character's length", async () => {
  const line = `${message(1, "Grüße, 日本 🙂")}\n`;
  const bytes = Buffer.from(line);
  const { passed, refused } = await read(...Array.from(bytes, (_, at) => bytes.subarray(at, at + 1)));
  expect(passed).toBe(line);
  expect(refused).toEqual([]);
});

test("passes on the end of one chunk with the start of the next", async () => {
  const [first, second] = [message(1), message(2)];
  const { passed } = await read(`${first}\n${second.slice(0, 9)}`, `${second.slice(9)}\n`);
  expect(passed).toBe(`${first}\n${second}\n`);
});

test("accepts lines that end as on Windows, and skips empty ones", async () => {
  const { passed, refused } = await read(`${message(1)}\r\n\r\n\n${message(2)}\r\n`);
  expect(
    passed
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line).id),
  ).toEqual([1, 2]);
  expect(refused).toEqual([]);
});

test("answers what cannot be read, and goes on with the next line", async () => {
  const { passed, refused } = await read(`{\n${message(1)}\n{"jsonrpc":"2.0","id":2}\n${message(3)}\n`);
  expect(passed).toBe(`${message(1)}\n${message(3)}\n`);
  expect(refused).toEqual([null, 2]);
});

test("drops the beginning of a message whose end never came", async () => {
  expect(await read(`${message(1)}\n${message(2).slice(0, -1)}`)).toEqual({
    passed: `${message(1)}\n`,
    refused: [],
  });
});

test("accepts a message of 10 MiB, and refuses one that is a byte longer", async () => {
  const fill = (size: number) => message(5, "x".repeat(size - message(5).length));
  const longest = `${fill(longestMessage)}\n`;
  const { passed, refused } = await read(longest, `${fill(longestMessage + 1)}\n`, `${message(6)}\n`);
  expect(passed.length).toBe(longest.length + message(6).length + 1);
  expect(refused).toEqual([5]);
});

test("finds the id at the end of a message that comes in many chunks and is too long", async () => {
  const chunk = "x".repeat(1024 * 1024);
  const chunks = [
    '{"jsonrpc":"2.0","method":"m","params":{"text":"',
    ...Array(11).fill(chunk),
    '"},"id":8}\n',
  ];
  expect(await read(...chunks, `${message(9)}\n`)).toEqual({ passed: `${message(9)}\n`, refused: [8] });
});
