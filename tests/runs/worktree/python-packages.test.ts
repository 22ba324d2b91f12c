import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findForeignImport } from "../../../src/runs/worktree/python-packages.ts";
import { makeBoundary, putFile } from "../../support/boundary.ts";

/** The worktree has a virtual environment of its own. */
async function makeShop() {
  const shop = await makeBoundary();
  await putFile(join(shop.main, "src/shop/__init__.py"));
  await putFile(join(shop.own, ".venv/pyvenv.cfg"));
  const site = join(shop.own, ".venv/lib/python3.12/site-packages");
  return { ...shop, site, find: () => findForeignImport(shop.boundary, "node") };
}

describe("a package comes from another checkout", () => {
  it.each<[string, string, (main: string) => string]>([
    [
      "by a path among code and comments",
      "a.pth",
      (main) => `import sys; x = 1\n# ${main}\n\n  ${main}/src  \n`,
    ],
    ["by a path on Windows' lines", "a.pth", (main) => `/usr/lib\r\n${main}/src\r\n`],
    ["by a path relative to it", "a.pth", () => "../../../../../../../shop/src\n"],
    ["by a URL with escapes", "a-1.dist-info/direct_url.json", (main) => `{"url": "file://${main}/s%72c"}`],
    [
      "by a URL on this host",
      "a-1.dist-info/direct_url.json",
      (main) => `{"url":"file://localhost${main}/src"}`,
    ],
    ["by a finder", "__editable___a_finder.py", (main) => `MAPPING = {"shop": "${main}/src/shop"}`],
  ])("%s", async (_how, name, makeText) => {
    const { site, main, find } = await makeShop();
    await putFile(join(site, name), makeText(main));
    expect(await find()).toMatchObject({
      link: join(site, name),
      target: expect.stringContaining(`${main}/src`),
    });
  });
});

describe("a package does not come from another checkout", () => {
  it.each<[string, string, (main: string) => string]>([
    [
      "if its URL is on another host",
      "a-1.dist-info/direct_url.json",
      () => '{"url":"file://nas/wheels/a.whl"}',
    ],
    ["if its URL is of no path", "a-1.dist-info/direct_url.json", () => '{"url":"file:///a%2Fb"}'],
    ["if it is of an index", "a-1.dist-info/direct_url.json", () => '{"url":"https://example.com/a.whl"}'],
    ["if nothing says where it is from", "a-1.dist-info/RECORD", (main) => `${main}/src`],
    ["if only code names it", "a.pth", (main) => `import os; os.chdir("${main}/src")\n`],
    ["if what is named is gone", "a.pth", (main) => `${main}/gone\n`],
    ["if only a module names it", "shop/paths.py", (main) => `ROOT = "${main}/src"\n`],
  ])("%s", async (_why, name, makeText) => {
    const { site, main, find } = await makeShop();
    await putFile(join(site, name), makeText(main));
    expect(await find()).toBeUndefined();
  });
});

it("looks into the environment of a program by its path, relative or not", async () => {
  const { main, own, folder, boundary } = await makeShop();
  const site = join(folder, "env/Lib/site-packages");
  await putFile(join(folder, "env/pyvenv.cfg"));
  await putFile(join(folder, "env/bin/shop-tests"));
  await putFile(join(site, "a.pth"), `${main}/src\n`);
  const link = async (program: string, environment = {}) =>
    (await findForeignImport({ ...boundary, environment }, program))?.link;
  expect(await link("node")).toBeUndefined();
  expect(await link(join(folder, "env/bin/shop-tests"))).toBe(join(site, "a.pth"));
  expect(await link("../../../env/bin/shop-tests")).toBe(join(site, "a.pth"));
  expect(await link("shop-tests", { PATH: `/usr/bin:${join(folder, "env/bin")}` })).toBe(join(site, "a.pth"));
  expect(await link("node", { PATH: `/usr/bin:${join(folder, "env/bin")}` })).toBeUndefined();
  expect(await link(join(own, "run.sh"), { VIRTUAL_ENV: join(folder, "env") })).toBe(join(site, "a.pth"));
  expect(await link("npm", { VIRTUAL_ENV: join(folder, "env") })).toBe(join(site, "a.pth"));
});
