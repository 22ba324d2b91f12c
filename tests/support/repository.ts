import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { temporaryCheckout } from "./machine/temporary.ts";

/** A git repository for one test, unaffected by the user's configuration. */
export async function temporaryRepository() {
  const directory = await temporaryCheckout();
  const env = {
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_AUTHOR_NAME: "test",
    GIT_AUTHOR_EMAIL: "test@localhost",
    GIT_COMMITTER_NAME: "test",
    GIT_COMMITTER_EMAIL: "test@localhost",
  };
  const git = async (...args: string[]) => (await execa("git", args, { cwd: directory, env })).stdout;
  await git("init", "--quiet", "--initial-branch=main");
  return {
    directory,
    git,
    /** Commits files, on a branch that is created if it does not exist. Returns the commit. */
    commit: async (branch: string, files: Record<string, string>) => {
      const exists = (await git("branch", "--list", branch)) !== "";
      const isFirst = (await git("branch", "--list")) === "";
      if (!isFirst) await git("checkout", "--quiet", ...(exists ? [branch] : ["-b", branch, "main"]));
      for (const [name, content] of Object.entries(files)) {
        await mkdir(dirname(join(directory, name)), { recursive: true });
        await writeFile(join(directory, name), content);
      }
      await git("add", "--all");
      await git("commit", "--quiet", "-m", `change ${branch}`);
      return git("rev-parse", "HEAD");
    },
  };
}
