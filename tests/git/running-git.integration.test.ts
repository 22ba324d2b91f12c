import { join } from "node:path";
import { execa } from "execa";
import { expect, onTestFinished, test } from "vitest";
import { isGitRunning } from "../../src/git/running-git.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";

test.runIf(process.platform === "linux").each(["shop", "büro"])(
  "sees a git process in the worktree %s, which only its environment names",
  async (name) => {
    const path = join(await temporaryFolder(), name);
    const gitDirectory = join(path, ".git");
    await execa("git", ["init", "--quiet", path]);
    expect(await isGitRunning(path, gitDirectory)).toBe(false);
    const reading = execa("git", ["cat-file", "--batch"], {
      ...{ cwd: "/", env: { GIT_DIR: gitDirectory }, stdin: "pipe", reject: false },
    });
    onTestFinished(() => void reading.kill("SIGKILL"));
    await expect.poll(() => isGitRunning(path, gitDirectory)).toBe(true);
    reading.stdin.end();
    await reading;
    expect(await isGitRunning(path, gitDirectory)).toBe(false);
  },
);
