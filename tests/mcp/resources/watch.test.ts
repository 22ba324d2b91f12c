import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { Watch } from "../../../src/mcp/resources/watch.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";

/** A watch over texts that a test changes, and what it announced so far. */
function openWatch() {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const state = { listed: "a", files: new Map<string, () => string[]>() };
  const announced: string[] = [];
  const watch = new Watch(
    {
      describeListed: async () => state.listed,
      findFiles: async (uri) => (state.files.get(uri) ?? fail)(),
    },
    {
      listChanged: () => announced.push("list"),
      updated: (uri) => announced.push(uri),
    },
  );
  const pass = async () => {
    await vi.advanceTimersByTimeAsync(1_000);
    return announced.splice(0);
  };
  return { watch, state, pass };
}

const fail = () => {
  throw new Error("There is no such resource.");
};

test("announces nothing that nobody follows", async () => {
  const { state, pass } = openWatch();
  state.listed = "b";
  expect(await pass()).toEqual([]);
});

test("announces a change of the list once", async () => {
  const { watch, state, pass } = openWatch();
  await watch.followList();
  expect(await pass()).toEqual([]);
  state.listed = "b";
  expect(await pass()).toEqual(["list"]);
  expect(await pass()).toEqual([]);
});

test("announces that a file of a resource was made, changed, or is another one", async () => {
  const { watch, state, pass } = openWatch();
  const folder = await temporaryFolder();
  const [one, other] = [join(folder, "one"), join(folder, "other")];
  state.files.set("u", () => [one]);
  await watch.follow("u");
  await writeFile(one, "1");
  expect(await pass()).toEqual(["u"]);
  expect(await pass()).toEqual([]);
  state.files.set("u", () => [one, other]);
  expect(await pass()).toEqual(["u"]);
});

test("is silent about a resource that is no longer followed", async () => {
  const { watch, state, pass } = openWatch();
  state.files.set("u", () => ["/one"]);
  await watch.follow("u");
  watch.unfollow("u");
  state.files.set("u", () => ["/other"]);
  expect(await pass()).toEqual([]);
});

test("refuses to follow what cannot be found", async () => {
  const { watch, state, pass } = openWatch();
  await expect(watch.follow("u")).rejects.toThrow("no such resource");
  state.files.set("u", () => ["/one"]);
  expect(await pass()).toEqual([]);
});

test("goes on with the other resources while one cannot be read, and with that one later", async () => {
  const { watch, state, pass } = openWatch();
  for (const uri of ["u", "v"]) {
    state.files.set(uri, () => ["/one"]);
    await watch.follow(uri);
  }
  state.files.set("u", fail);
  state.files.set("v", () => ["/other"]);
  expect(await pass()).toEqual(["v"]);
  state.files.set("u", () => ["/other"]);
  expect(await pass()).toEqual(["u"]);
});
