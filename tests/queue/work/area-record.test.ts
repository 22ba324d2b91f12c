import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { areasDirectory, claimArea, listAreas, sweepArea } from "../../../src/queue/work/area-record.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";

async function put(path: string, text = ""): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

it.each([
  [undefined, "/home/me/shop.worktrees/+work"],
  ["/scratch", "/scratch/+work"],
  ["../trees", "/home/me/shop/trees/+work"],
])("puts areas next to the checkout, or where worktrees go: %s", (worktrees, expected) => {
  expect(areasDirectory({ workspace: "/home/me/shop/app", worktrees }, { top: "/home/me/shop" })).toBe(
    expected,
  );
});

describe("a folder becomes an area", () => {
  it("if it is not there, and stays the area of its checkout", async () => {
    const directory = join(await temporaryFolder(), "1");
    expect(await claimArea(directory, "/shop")).toBe(true);
    const record = await readFile(join(directory, "area.json"), "utf8");
    expect(JSON.parse(record)).toMatchObject({ origin: "/shop", made_at: expect.any(String) });
    expect(await claimArea(directory, "/shop")).toBe(true);
    expect(await claimArea(directory, "/other")).toBe(false);
    expect(await readFile(join(directory, "area.json"), "utf8")).toBe(record);
  });

  it.each([
    ["is somebody's", "notes.txt", "mine"],
    ["has a record that is cut off", "area.json", '{"origin":'],
    ["has a record of another form", "area.json", '{"origin":1}'],
  ])("not if it %s", async (_what, name, text) => {
    const directory = join(await temporaryFolder(), "1");
    await put(join(directory, name), text);
    expect(await claimArea(directory, "/shop")).toBe(false);
    expect(await readFile(join(directory, name), "utf8")).toBe(text);
  });
});

it("lists the areas of a checkout, and neither those of others nor what is none", async () => {
  const base = await temporaryFolder();
  expect(await listAreas(join(base, "gone"), "/shop")).toEqual([]);
  for (const name of ["1", "2", "12", "0", "3-old", "+x"]) await claimArea(join(base, name), "/shop");
  await claimArea(join(base, "4"), "/other");
  await mkdir(join(base, "5"));
  await put(join(base, "6"), "a file");
  await put(join(base, "7/area.json"), "{");
  const found = await listAreas(base, "/shop");
  expect(found.map(({ directory }) => directory.slice(base.length + 1)).sort()).toEqual(["1", "12", "2"]);
  expect(found.find(({ directory }) => directory.endsWith("/12"))?.lock).toBe(join(base, "12.lock"));
});

it("removes only what a killed worker left half written", async () => {
  const directory = await temporaryFolder();
  const job = "0b5d4a8e-5f0e-4a3b-9c56-0e9bb9f0a0c1";
  const passing = [`${job}.tgz`, `${"c".repeat(40)}.bundle`, `${"c".repeat(64)}.bundle`];
  const kept = ["area.json", "mine.tgz", "mine.bundle", "notes.cloning", `${job}.tgz.bak`];
  for (const name of [...passing, ...kept]) await put(join(directory, name));
  await put(join(directory, "checkout.cloning/.git/HEAD"));
  for (const name of ["checkout/a.ts", "worktrees/F1/a/b.ts"]) await put(join(directory, name));
  await sweepArea(directory);
  expect((await readdir(directory)).sort()).toEqual([...kept, "checkout", "worktrees"].sort());
  expect(existsSync(join(directory, "worktrees/F1/a/b.ts"))).toBe(true);
});
