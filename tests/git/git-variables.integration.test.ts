import { execa } from "execa";
import { expect, it, onTestFinished } from "vitest";
import { git } from "../../src/git/git.ts";
import { findRepository } from "../../src/git/repository.ts";
import { hasUnknownGitVariables, withoutGitVariables } from "../../src/utils/git-variables.ts";
import { temporaryRepository } from "../support/repository.ts";

it("removes every variable that git calls local to a repository, and keeps the user's settings", async () => {
  const { stdout } = await execa("git", ["rev-parse", "--local-env-vars"]);
  const local = Object.fromEntries(stdout.split("\n").map((name) => [name, "x"]));
  const settings = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_SSH_COMMAND: "ssh", PATH: "/bin" };
  const more = { GIT_CONFIG_KEY_0: "core.bare", GIT_CONFIG_VALUE_0: "true", GIT_LITERAL_PATHSPECS: "1" };
  expect(withoutGitVariables({ ...local, ...settings, ...more })).toEqual(settings);
});

it.each([
  [{ PATH: "/bin", GITHUB_TOKEN: "x" }, false],
  [{ GIT_DIR: ".git", GIT_CONFIG_KEY_0: "core.bare" }, false],
  [{ GIT_LATER_DIRECTORY: "x" }, true],
])("asks git for its variables only where it may know more: %j", (env, isUnknown) => {
  expect(hasUnknownGitVariables(env)).toBe(isUnknown);
});

it("queries the folder's repository, even inside a hook of another one", async () => {
  const own = await temporaryRepository();
  const other = await temporaryRepository();
  const commit = await own.commit("main", { "a.txt": "1" });
  await other.commit("main", { "b.txt": "2" });
  const leading = {
    GIT_DIR: `${other.directory}/.git`,
    GIT_WORK_TREE: other.directory,
    GIT_INDEX_FILE: `${other.directory}/.git/index`,
    GIT_OBJECT_DIRECTORY: `${other.directory}/.git/objects`,
  };
  Object.assign(process.env, leading);
  onTestFinished(() => {
    for (const name of Object.keys(leading)) delete process.env[name];
  });
  expect((await git(own.directory, ["rev-parse", "HEAD"])).stdout).toBe(commit);
  expect((await git(own.directory, ["ls-files"])).stdout).toBe("a.txt");
  expect(await findRepository(own.directory)).toMatchObject({ top: own.directory, folder: "" });
});
