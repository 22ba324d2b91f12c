import { lstat, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { checkCode } from "../../../src/experiments/code/worktrees.ts";
import { shareFiles } from "../../../src/runs/worktree/share-files.ts";
import { temporaryExperiment } from "../../support/worktree.ts";

async function shop() {
  const { main, own, ref } = await temporaryExperiment({
    ".gitignore": ".env\nnode_modules/\nsecrets/\n",
    "a.ts": "",
  });
  const share = async (worktrees: { copy?: string[]; link?: string[] }) =>
    shareFiles(main, await checkCode(ref), worktrees);
  return { main, own, share };
}

it("copies ignored files and links folders once, and keeps existing ones", async () => {
  const { main, own, share } = await shop();
  await writeFile(join(main, ".env"), "A=1\n");
  await mkdir(join(main, "node_modules"));
  await share({ copy: [".env"], link: ["node_modules"] });
  expect(await readFile(join(own, ".env"), "utf8")).toBe("A=1\n");
  expect((await lstat(join(own, "node_modules"))).isSymbolicLink()).toBe(true);
  await writeFile(join(own, ".env"), "A=of this design\n");
  await share({ copy: [".env"], link: ["node_modules"] });
  expect(await readFile(join(own, ".env"), "utf8")).toBe("A=of this design\n");
});

it("refuses what is missing, not ignored, or outside either checkout", async () => {
  const { main, own, share } = await shop();
  const refused = (message: RegExp) => ({ code: "share_failed", message: expect.stringMatching(message) });
  await expect(share({ copy: [".env"] })).rejects.toMatchObject(refused(/does not have it/));
  await writeFile(join(main, "plain.txt"), "");
  await expect(share({ copy: ["plain.txt"] })).rejects.toMatchObject(refused(/does not ignore it/));
  await symlink("/etc/hostname", join(main, ".env"));
  await expect(share({ copy: [".env"] })).rejects.toMatchObject(refused(/out of the main checkout/));
  await rm(join(main, ".env"));
  await mkdir(join(main, "secrets"));
  await writeFile(join(main, "secrets/.env"), "");
  await symlink("/tmp", join(own, "secrets"));
  await expect(share({ copy: ["secrets/.env"] })).rejects.toMatchObject({ code: "share_failed" });
});

it("refuses to link what was built from the main checkout's code", async () => {
  const { main, own, share } = await shop();
  await mkdir(join(main, "packages/shop/dist"), { recursive: true });
  await expect(share({ link: ["packages/shop/dist"] })).rejects.toMatchObject({
    code: "share_failed",
    message: expect.stringContaining("was built from other code"),
  });
  await expect(lstat(join(own, "packages"))).rejects.toMatchObject({ code: "ENOENT" });
});
