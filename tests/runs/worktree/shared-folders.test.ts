import { mkdir, symlink, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { watchSharedFolders } from "../../../src/runs/worktree/shared-folders.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";

/** A worktree with a folder that the plan links, and a mark that is an hour old. */
async function shareFolder() {
  const main = await temporaryFolder();
  const directory = await temporaryFolder();
  const put = async (name: string) => {
    await mkdir(dirname(join(main, name)), { recursive: true });
    await writeFile(join(main, name), "");
  };
  await put("node_modules/client/index.js");
  await symlink(join(main, "node_modules"), join(directory, "node_modules"));
  const mark = join(await temporaryFolder(), "runs/settled");
  const worktree = { path: directory, git_branch: "own", known_by: "record" } as const;
  const watch = (linked: string[], of: object = { worktree }) =>
    watchSharedFolders({ root: directory, directory, ...of }, linked, mark);
  return { put, mark, watch };
}

it("refuses what a suite found if a shared folder was written since it was settled", async () => {
  const { mark, watch } = await shareFolder();
  const shared = await watch(["node_modules"]);
  // Files have the time of the kernel's last tick.
  await utimes(mark, 0, Date.now() / 1000 - 3600);
  await expect(shared?.refuseChanged()).rejects.toMatchObject({
    code: "shared_folder_changed",
    message: expect.stringContaining("node_modules/client/index.js, which worktrees.link shares"),
  });

  await shared?.settle();
  await shared?.refuseChanged();
});

it("passes over caches of tools", async () => {
  const { put, mark, watch } = await shareFolder();
  const shared = await watch(["node_modules/.vite", "node_modules/x"]);
  await put("node_modules/x/.cache/a.js");
  await put("node_modules/x/__pycache__/a.pyc");
  await utimes(mark, 0, Date.now() / 1000 - 3600);
  await shared?.refuseChanged();
});

it("watches nothing without links, or without a worktree", async () => {
  const { watch } = await shareFolder();
  expect(await watch([])).toBeUndefined();
  expect(await watch(["node_modules"], { worktree: undefined })).toBeUndefined();
});
