import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { inspectTree } from "../../../src/experiments/code/experiment-tree.ts";
import type { ExperimentCode } from "../../../src/experiments/code/worktrees.ts";
import { watchWrites } from "../../../src/experiments/code/written-files.ts";
import { readStatus } from "../../../src/git/changes/status.ts";
import {
  refuseEditedCode,
  refuseMovedCode,
  watchHead,
} from "../../../src/runs/worktree/refuse-moved-code.ts";
import { temporaryWorktree } from "../../support/worktree.ts";

async function prepareDesign() {
  const made = await temporaryWorktree();
  const { directory: workspace, path, worktree, git } = made;
  const experiment = { workspace, feature_id: "F1", experiment_slug: "own", branch: "own" } as const;
  const code: ExperimentCode = {
    ...{ root: path, directory: path },
    worktree: { ...worktree, known_by: "record" },
  };
  const inspect = () => inspectTree(experiment, code, ["shared"]);
  return {
    ...made,
    code,
    inspect,
    inTreeGit: (...args: string[]) => git("-C", path, ...args),
    /** What the plan's command writes. */
    run: async (command: () => Promise<void>) => {
      const record = await watchWrites(experiment, { code }, false);
      await command();
      await record();
    },
    beginCycle: async () => {
      const { edits } = await inspect();
      const request = { plan: { worktrees: { link: ["shared"] } } };
      return async () =>
        refuseEditedCode({ experiment, request, edits }, { code, status: await readStatus(path) });
    },
  };
}

it("measures no code that was edited since the cycle began", async () => {
  const { write, beginCycle, run, path } = await prepareDesign();
  await write("notes.md", "edited before\n");
  const refuse = await beginCycle();
  await run(() => write("generated.ts", "by a command\n"));
  await write("shared", "what the plan links\n");
  await refuse();

  await write("shop.ts", "two\n");
  await expect(refuse()).rejects.toThrow(`shop.ts in ${path} changed during the cycle`);
  await write("shop.ts", "one\n");
  await refuse();
  await write("notes.md", "edited further\n");
  await expect(refuse()).rejects.toMatchObject({ code: "code_moved" });
  await rm(join(path, "notes.md"));
  await expect(refuse()).rejects.toMatchObject({ code: "code_moved" });
});

it.each([
  [
    "switched to another commit and back",
    [
      ["switch", "-q", "-d", "main"],
      ["switch", "-q", "own"],
    ],
  ],
  [
    "stashed an edit and restored it",
    [
      ["stash", "-q"],
      ["stash", "pop", "-q"],
    ],
  ],
  [
    "made a commit and took it back",
    [
      ["commit", "-qam", "x"],
      ["reset", "-q", "HEAD~"],
    ],
  ],
])("notices that git %s", async (_, commands) => {
  const { write, code, inTreeGit } = await prepareDesign();
  await write("shop.ts", "two\n");
  const refuse = await watchHead(code);
  await inTreeGit("add", "--all");
  await inTreeGit("status");
  await refuse();

  if (commands[0]?.[0] === "switch") await inTreeGit("checkout", "-q", "HEAD", "--", ".");
  for (const command of commands) await inTreeGit(...command);
  await expect(refuse()).rejects.toMatchObject({ code: "code_moved" });
});

it("notices a switch in a repository that keeps no log of them", async () => {
  const { code, git, kept, inTreeGit } = await prepareDesign();
  await git("config", "core.logAllRefUpdates", "false");
  await rm(join(kept, "logs"), { recursive: true });
  const refuse = await watchHead(code);
  await inTreeGit("switch", "-q", "-d", "main");
  await inTreeGit("switch", "-q", "own");
  await expect(refuse()).rejects.toMatchObject({ code: "code_moved" });
});

it.each(["--assume-unchanged", "--skip-worktree"])("counts an edit that git hides by %s", async (flag) => {
  const { write, inspect, inTreeGit, beginCycle, run } = await prepareDesign();
  await inTreeGit("update-index", flag, "shop.ts");
  expect((await inspect()).tree.dirty).toBe(false);
  const refuse = await beginCycle();
  await run(() => write("shop.ts", "by a command\n"));
  expect((await inspect()).tree.dirty).toBe(false);
  await refuse();
  await write("shop.ts", "two\n");
  expect((await inspect()).tree.dirty).toBe(true);
  await expect(refuse()).rejects.toMatchObject({ code: "code_moved" });
});

it("counts an edit that git hides in a folder of the main checkout", async () => {
  const { directory, git, commit } = await temporaryWorktree();
  await commit("main", { "shop/main.ts": "one\n" });
  await git("update-index", "--skip-worktree", "shop/main.ts");
  const workspace = join(directory, "shop");
  const ref = { workspace, feature_id: "F1", experiment_slug: "a" };
  const isDirty = async () => (await inspectTree(ref, { root: workspace, directory: workspace })).tree.dirty;
  expect(await isDirty()).toBe(false);
  await writeFile(join(workspace, "main.ts"), "two\n");
  expect(await isDirty()).toBe(true);
});

it("measures no code of which git no longer says at which commit it is", async () => {
  const { code, inspect, path } = await prepareDesign();
  const { tree } = await inspect();
  await refuseMovedCode(code, tree, undefined);
  await rm(join(path, ".git"));
  const after = await readStatus(path);
  await expect(refuseMovedCode(code, tree, after)).rejects.toMatchObject({ code: "code_moved" });
});
