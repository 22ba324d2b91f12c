import { expect, test } from "vitest";
import { readyAhead } from "../../../src/runs/worker/ready-ahead.ts";

const atOnce = async () => {};
const slugs = ["a", "b", "c", "d", "e", "f"];

/** Notes what is begun, and what may wake a compute. */
function watch(concurrency: number, fails: readonly string[] = []) {
  const begun: string[] = [];
  const awake: string[] = [];
  const take = readyAhead(slugs, concurrency, async (slug, mayWake) => {
    begun.push(slug);
    if (begun.filter((each) => each === slug).length === 1 && fails.includes(slug)) throw new Error(slug);
    await mayWake;
    awake.push(slug);
    return `${slug} is ready`;
  });
  return { take, begun, awake };
}

test("prepares one experiment ahead for each one at work, and lets as many wake their computes", async () => {
  const { take, begun, awake } = watch(1);
  await expect.poll(() => [begun, awake]).toEqual([["a", "b"], ["a"]]);
  expect(await take("a", atOnce)).toBe("a is ready");
  await expect
    .poll(() => [begun, awake])
    .toEqual([
      ["a", "b", "c"],
      ["a", "b"],
    ]);
  expect(await take("b", atOnce)).toBe("b is ready");
  await expect
    .poll(() => [begun, awake])
    .toEqual([
      ["a", "b", "c", "d"],
      ["a", "b", "c"],
    ]);
});

test("prepares nothing further back while an experiment starts", async () => {
  const { take, begun } = watch(1);
  let start = () => {};
  expect(await take("a", () => new Promise<void>((started) => (start = started)))).toBe("a is ready");
  expect(begun).toEqual(["a", "b"]);
  start();
  await expect.poll(() => begun).toEqual(["a", "b", "c"]);
});

test("prepares each experiment in its own turn when nothing may run beside the one at work", async () => {
  const { take, begun, awake } = watch(0);
  expect(begun).toEqual([]);
  expect(await take("a", atOnce)).toBe("a is ready");
  expect(await take("b", atOnce)).toBe("b is ready");
  expect([begun, awake]).toEqual([
    ["a", "b"],
    ["a", "b"],
  ]);
});

test("retries a failed preparation when its turn comes, and then gives its error", async () => {
  const { take, begun } = watch(2, ["a", "e"]);
  await expect.poll(() => begun).toEqual(["a", "b", "c", "d"]);
  expect(await take("a", atOnce)).toBe("a is ready");
  const { take: takeAlone } = watch(0, ["e"]);
  await expect(takeAlone("e", atOnce)).rejects.toThrow("e");
});
