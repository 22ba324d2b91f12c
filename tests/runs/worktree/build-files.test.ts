import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findForeignBuild } from "../../../src/runs/worktree/build-files.ts";
import { makeBoundary, putFile } from "../../support/boundary.ts";

/** Finds what a build file of the worktree refers to, of code that is in the main checkout. */
async function find(
  file: string,
  makeText: (core: string) => string,
  environment: Record<string, string> = {},
) {
  const { main, own, boundary } = await makeBoundary({ files: [file], environment });
  await putFile(join(main, "core/lib.go"));
  await putFile(join(own, file), makeText(join(main, "core")));
  const found = await findForeignBuild(boundary);
  expect(found?.target).toBe(found && join(main, "core"));
  return found?.link.slice(own.length + 1);
}

const up = "../../../shop/core";

describe("a build file is foreign if it takes code of another checkout", () => {
  it.each<[string, string, (core: string) => string]>([
    ["a replace of Go", "go.mod", (core) => `module a\nreplace b v1.0.0 => ${core}\n`],
    ["a relative one", "go.mod", () => `module a\nreplace b => ${up}\n`],
    ["one in a block, in quotes", "go.mod", (core) => `module a\nreplace (\n\tb => "${core}"\n)\n`],
    ["a workspace of Go", "go.work", (core) => `go 1.22\n\nuse (\n\t.\n\t${core}\n)\n`],
    ["a use on one line", "go.work", () => `go 1.22\nuse ${up}\n`],
    ["a path of Cargo", "Cargo.toml", (core) => `[dependencies]\nb = { version = "1", path = "${core}" }\n`],
    ["one of a package below", "crates/a/Cargo.toml", () => `[dependencies.b]\npath = "../../${up}"\n`],
    ["one in single quotes", "Cargo.toml", () => `[dependencies]\nb = { path = '${up}' }\n`],
  ])("%s", async (_what, file, makeText) => {
    expect(await find(file, makeText)).toBe(file);
  });
});

describe("a build file is the experiment's own", () => {
  it.each<[string, string, (core: string) => string]>([
    ["if it names only its own code", "go.mod", () => "module a\nreplace b => ./core\n"],
    ["if it takes a version", "go.mod", () => "module a\nreplace b => example.com/core v1.2.3\n"],
    ["if only a comment names other code", "go.mod", (core) => `module a\n// replace b => ${core}\n`],
    ["if only a comment of Cargo does", "Cargo.toml", (core) => `# b = { path = "${core}" }\n`],
    ["if what it names is gone", "Cargo.toml", (core) => `b = { path = "${core}-gone" }\n`],
    ["if it is empty", "go.mod", () => ""],
    ["if it is none", "go.mod.txt", (core) => `replace b => ${core}\n`],
  ])("%s", async (_what, file, makeText) => {
    expect(await find(file, makeText)).toBeUndefined();
  });
});

it("follows the workspace that Go would use: that of GOWORK, or none", async () => {
  const { main, own, folder, boundary } = await makeBoundary({ files: ["go.mod"] });
  await putFile(join(main, "core/lib.go"));
  await putFile(join(own, "go.mod"), "module a\n");
  await putFile(join(folder, "go.work"), "go 1.22\nuse ./shop/core\n");
  await putFile(join(folder, "other/go.work"), "go 1.22\nuse ../shop/core\n");
  const link = async (environment: Record<string, string>) =>
    (await findForeignBuild({ ...boundary, environment }))?.link;
  expect(await link({})).toBe(join(folder, "go.work"));
  expect(await link({ GOWORK: join(folder, "other/go.work") })).toBe(join(folder, "other/go.work"));
  expect(await link({ GOWORK: "off" })).toBeUndefined();
  expect(await findForeignBuild({ ...boundary, files: [] })).toBeUndefined();
});
