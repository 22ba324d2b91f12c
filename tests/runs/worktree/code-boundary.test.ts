import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  findFirstForeign,
  findForeign,
  listReadableEntries,
} from "../../../src/runs/worktree/code-boundary.ts";
import { makeBoundary, putFile, putLink } from "../../support/boundary.ts";

describe("code is foreign", () => {
  it("if it is in another checkout, however one gets there", async () => {
    const { main, own, folder, boundary } = await makeBoundary();
    await putFile(join(main, "lib/a.js"));
    await putLink(join(main, "lib"), join(own, "lib"));
    await putLink(join(own, "lib/a.js"), join(folder, "a.js"));
    for (const path of [join(main, "lib/a.js"), join(own, "lib/a.js"), join(folder, "a.js")])
      expect(await findForeign(boundary, path)).toBe(join(main, "lib/a.js"));
    expect(await findForeign(boundary, main)).toBe(main);
  });

  it("if it is in a checkout inside the experiment's own", async () => {
    const { own, boundary } = await makeBoundary();
    const inner = join(own, "nested");
    await putFile(join(inner, "a.js"));
    expect(await findForeign({ ...boundary, checkouts: [own, inner] }, join(inner, "a.js"))).toBe(
      join(inner, "a.js"),
    );
  });

  it("not if it is the experiment's own, installed, outside of the repository, or gone", async () => {
    const { main, own, folder, boundary } = await makeBoundary();
    const paths = [
      join(own, "a.js"),
      join(main, "node_modules/left-pad/index.js"),
      join(main, ".venv/lib/python3.12/site-packages/x.py"),
      join(main, ".git/hooks/x"),
      join(folder, "elsewhere/a.js"),
      `${main}-old/a.js`,
    ];
    for (const path of paths) await putFile(path);
    for (const path of [...paths, join(main, "gone.js")])
      expect(await findForeign(boundary, path)).toBeUndefined();
  });

  it("although a package that is installed only links to it", async () => {
    const { main, boundary } = await makeBoundary();
    await putFile(join(main, "packages/core/index.js"));
    await putLink("../packages/core", join(main, "node_modules/core"));
    expect(await findForeign(boundary, join(main, "node_modules/core"))).toBe(join(main, "packages/core"));
  });
});

it("reports the first of several references that leads away", async () => {
  const { main, own, boundary } = await makeBoundary();
  for (const path of [join(own, "a"), join(main, "b"), join(main, "c")]) await putFile(path);
  const references = [join(own, "a"), join(main, "b"), join(main, "c")].map((path) => ({
    link: `to ${path}`,
    path,
  }));
  expect(await findFirstForeign(boundary, references)).toEqual({
    link: `to ${join(main, "b")}`,
    target: join(main, "b"),
  });
  expect(await findFirstForeign(boundary, [])).toBeUndefined();
});

it("lists nothing of a folder that is missing, or no folder", async () => {
  const { own } = await makeBoundary();
  await putFile(join(own, "a"));
  expect(listReadableEntries(own).map(({ name }) => name)).toEqual(["a"]);
  expect(listReadableEntries(join(own, "a"))).toEqual([]);
  expect(listReadableEntries(join(own, "gone"))).toEqual([]);
});
