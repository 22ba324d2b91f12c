import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { findMissingFiles } from "../../../src/runs/worktree/missing-files.ts";
import { temporaryRepository } from "../../support/repository.ts";

const ignored = ["config/local.json", "certs/ca.pem", "app/settings_local.py", ".envrc", "dist/index.js"];

async function makeCheckouts() {
  const main = await temporaryRepository();
  await main.commit("main", {
    ".gitignore": "local.json\ncerts/\nsettings_local.py\n.envrc\ndist/\n",
    "app/a.py": "",
  });
  const root = `${main.directory}.worktrees/F1/a`;
  await main.git("worktree", "add", "-q", root);
  for (const name of ignored) {
    await mkdir(dirname(join(main.directory, name)), { recursive: true });
    await writeFile(join(main.directory, name), "");
  }
  return { top: main.directory, root };
}

it("finds the ignored file that only the main checkout has, however a program says that it is missing", async () => {
  const { top, root } = await makeCheckouts();
  const find = (output: string) => findMissingFiles(top, root, [output]);
  const json = ["config/local.json"];
  expect(await find("Error: ENOENT: no such file or directory, open 'config/local.json'")).toEqual(json);
  expect(await find(`1 failed\nENOENT: no such file or directory, open '${root}/config/local.json'`)).toEqual(
    json,
  );
  expect(await find("Error: Cannot find module '../config/local'\nRequire stack:")).toEqual(json);
  expect(await find("open local.json: no such file or directory")).toEqual(json);
  expect(await find("cat: certs/ca.pem: No such file or directory")).toEqual(["certs/ca.pem"]);
  expect(await find("sh: 1: .: cannot open ./.envrc: No such file")).toEqual([".envrc"]);
  const python = ["app/settings_local.py"];
  expect(await find("ModuleNotFoundError: No module named 'settings_local'")).toEqual(python);
  expect(await find("E   ModuleNotFoundError: No module named 'app.settings_local'")).toEqual(python);
});

it("finds nothing where a design may be at fault", async () => {
  const { top, root } = await makeCheckouts();
  const find = (output: string) => findMissingFiles(top, root, [output]);
  // It says something else about the file.
  expect(await find("expected config/local.json to be an object")).toEqual([]);
  // It produces the folder.
  expect(await find("Error: Cannot find module './dist/index.js'")).toEqual([]);
  expect(await find("sh: certs: not found\nno module named local")).toEqual([]);
  // It is another file.
  expect(await find("ENOENT: no such file or directory, open '/etc/certs/ca.pem'")).toEqual([]);
  expect(await find("ENOENT: no such file or directory, open 'config/other.json'")).toEqual([]);
  await mkdir(join(root, "config"));
  await writeFile(join(root, "config/local.json"), "");
  expect(await find("ENOENT: no such file or directory, open 'config/local.json'")).toEqual([]);
});
