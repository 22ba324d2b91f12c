import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findForeignPackage } from "../../../src/runs/worktree/node-packages.ts";
import { makeBoundary, putFile, putLink } from "../../support/boundary.ts";

/** A package of the worktree and one of the main checkout, both called `@shop/core`. */
async function makeShop(manifest = '{"name":"@shop/core"}') {
  const shop = await makeBoundary({ files: ["packages/core/package.json"] });
  for (const top of [shop.main, shop.own]) await putFile(join(top, "packages/core/package.json"), manifest);
  return shop;
}

describe("a copy of the worktree's own package in the main checkout is foreign", () => {
  it.each<[string, string, boolean]>([
    ["called so", '{"name":"@shop/core"}', true],
    ["called so behind an author's name", '{"author":{"name":"Ada"},"name":"@shop/core"}', true],
    ["with a byte order mark", '\ufeff{"name":"@shop/core"}', true],
    ["with a comma too many", '{"name":"@shop/core",}', false],
    ["without a name", '{"author":{"name":"@shop/core"}}', false],
    ["that is no object", '["@shop/core"]', false],
    ["that is empty", "", false],
  ])("by a package.json %s", async (_what, manifest, isForeign) => {
    const { main, boundary } = await makeShop(manifest);
    const copy = join(main, "node_modules/@shop/core");
    await putFile(join(copy, "index.js"));
    const target = join(main, "../shop.worktrees");
    await putLink(copy, join(target, "node_modules/@shop/core"));
    const found = await findForeignPackage(boundary);
    expect(found).toEqual(
      isForeign ? { link: join(target, "node_modules/@shop/core"), target: copy } : undefined,
    );
  });
});

describe("a package is foreign", () => {
  it("if NODE_PATH leads to a link to it", async () => {
    const { main, folder, boundary } = await makeShop();
    await putLink(join(main, "packages/core"), join(folder, "shared/@shop/core"));
    const environment = { NODE_PATH: `:${join(folder, "gone")}:${join(folder, "shared")}` };
    expect(await findForeignPackage({ ...boundary, environment })).toEqual({
      link: join(folder, "shared/@shop/core"),
      target: join(main, "packages/core"),
    });
  });

  it("in the node_modules of any package of the worktree, and of the folder that the command runs in", async () => {
    const { main, own, boundary } = await makeShop();
    const nested = join(own, "packages/core/node_modules/helper");
    await putLink(join(main, "packages/core"), nested);
    expect((await findForeignPackage(boundary))?.link).toBe(nested);
    const there = join(own, "apps/web/node_modules/helper");
    await putLink(join(main, "packages/core"), there);
    const web = { ...boundary, files: [], directory: join(own, "apps/web") };
    expect((await findForeignPackage(web))?.link).toBe(there);
  });
});

it("accepts a shop without packages, with packages of its own, and with installed ones", async () => {
  const { main, own, boundary } = await makeShop();
  expect(await findForeignPackage(boundary)).toBeUndefined();
  await putFile(join(main, "node_modules/left-pad/package.json"), "{}");
  await putLink(join(main, "node_modules/left-pad"), join(own, "node_modules/left-pad"));
  await putLink("../../packages/core", join(own, "node_modules/@shop/core"));
  await putFile(join(own, "node_modules/.package-lock.json"), "{}");
  await putLink(join(main, "gone"), join(own, "node_modules/gone"));
  expect(await findForeignPackage(boundary)).toBeUndefined();
});
