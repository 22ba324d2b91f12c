import { symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { detectProject } from "../../src/plans/detect-project.ts";
import { openProject } from "../../src/plans/folder.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";
import { makeProject, writeFiles } from "./project.ts";

test("lists the files of a project, sorted, but not those of others or of builds", async () => {
  const skipped = [
    "node_modules/a.js",
    "vendor/a.go",
    "dist/a.js",
    ".git/config",
    ".venv/a.py",
    "a/target/b.rs",
    "tmp/x",
  ];
  const listed = [".config/nextest.toml", ".env", "a/b c.ts", "builds/a.ts", "ünï.ts", "vendors.ts"];
  const project = await makeProject(Object.fromEntries([...skipped, ...listed].map((name) => [name, ""])));
  expect(project.files).toEqual(listed.toSorted());
  expect(project.path).toBe("");
});

test("does not follow links, out of the project or in a circle", async () => {
  const [directory, outside] = [await temporaryFolder(), await temporaryFolder()];
  await writeFiles(outside, { "secret.py": "" });
  await writeFiles(directory, { "a.py": "" });
  await symlink(outside, join(directory, "out"));
  await symlink(".", join(directory, "self"));
  await symlink(join(outside, "secret.py"), join(directory, "link.py"));
  const project = openProject(directory);
  expect(project.files).toEqual(["a.py"]);
  expect(await project.read("link.py")).toBeUndefined();
});

test("reads no file that is too large to be written by hand, and none that does not exist", async () => {
  const directory = await temporaryFolder();
  for (const [name, size] of [
    ["large.txt", 1_048_577],
    ["most.txt", 1_048_576],
  ] as const) {
    await writeFile(join(directory, name), "");
    await truncate(join(directory, name), size);
  }
  const project = openProject(directory);
  expect(await project.read("large.txt")).toBeUndefined();
  expect(await project.read("most.txt")).toHaveLength(1_048_576);
  expect(await project.read("none.txt")).toBeUndefined();
  expect(await project.read("../none.txt")).toBeUndefined();
});

test("looks at a subfolder as at a project of its own", async () => {
  const project = await makeProject({ "a/b/c.txt": "text", "a/d.txt": "", "ab/e.txt": "" });
  const inner = project.enter("a").enter("b");
  expect([inner.path, inner.files, await inner.read("c.txt")]).toEqual(["a/b", ["c.txt"], "text"]);
  expect(project.enter("a").files).toEqual(["b/c.txt", "d.txt"]);
  expect(project.enter("none").files).toEqual([]);
});

test("stops at folders that are very deep", async () => {
  const at = (depth: number) => `${"d/".repeat(depth)}a.txt`;
  const project = await makeProject({ [at(12)]: "", [at(13)]: "" });
  expect(project.files).toEqual([at(12)]);
});

test("finds nothing in a folder that does not exist", () => {
  expect(openProject("/nonexistent/project").files).toEqual([]);
});

test("reads files that were written on Windows", async () => {
  const bom = "\u{feff}";
  const { suites } = await detectProject(
    await makeProject({
      "web/package.json": `${bom}{"devDependencies":{"vitest":"4"}}`,
      "api/go.mod": "module x\r\n\r\ntool gotest.tools/gotestsum\r\n",
      "api/a_test.go": "",
    }),
  );
  expect(suites.map(({ suite }) => suite.command.slice(0, 3))).toEqual([
    ["vitest", "run", "--reporter=default"],
    ["go", "tool", "gotestsum"],
  ]);
  const make = await detectProject(
    await makeProject({ Makefile: "test: test-unit\r\ntest-unit:\r\n\tx\r\n" }),
  );
  expect(make.suites.map(({ tag }) => tag)).toEqual(["unit"]);
});
