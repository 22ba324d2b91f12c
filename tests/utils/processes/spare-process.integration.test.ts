import { expect, test } from "vitest";
import { SpareProcess } from "../../../src/utils/processes/spare-process.ts";

const spare = (source: string) => new SpareProcess([process.execPath, "-e", source], process.cwd());

test("a process is given away once it has said that it listens", async () => {
  const listening = spare('process.on("message", (text) => process.send(text)); process.send("ready");');
  await listening.keep();
  const taken = await listening.take();
  const answer = new Promise((resolve) => taken?.once("message", resolve));
  taken?.send("hello");
  expect(await answer).toBe("hello");
  taken?.disconnect();
  expect(await listening.take()).toBeUndefined();
});

test("a process that ends without listening is not given away", async () => {
  const broken = spare("");
  await broken.keep();
  expect(await broken.take()).toBeUndefined();
});
