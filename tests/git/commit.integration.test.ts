import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { hasChangedSince, readTreeState } from "../../src/git/commit.ts";
import { temporaryRepository } from "../support/repository.ts";

it.each(["", "packages/shop"])(
  "does not count records in %j of a repository as changes to its code",
  async (folder) => {
    const { directory, commit } = await temporaryRepository();
    const workspace = join(directory, folder);
    const first = await commit("main", { [join(folder, "shop.ts")]: "one\n" });
    await mkdir(join(workspace, ".tdd/experiments/F1/a"), { recursive: true });
    await writeFile(join(workspace, ".tdd/experiments/F1/a/outcomes.json"), "{}");
    expect(await readTreeState(workspace)).toEqual({ commit: first, dirty: false });

    await commit("main", { "elsewhere.ts": "x\n" });
    expect(await hasChangedSince(workspace, first)).toBe(folder === "");
    await writeFile(join(workspace, "shop.ts"), "two\n");
    expect(await readTreeState(workspace)).toMatchObject({ dirty: true });
    expect(await hasChangedSince(workspace, first)).toBe(true);
  },
);
