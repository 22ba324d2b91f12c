import { rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { readClosed } from "../../../src/experiments/closed.ts";
import { startCli } from "../../support/cli.ts";
import { prepareClosing } from "../../support/finish/closing.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";

/** In the order in which they come; each call goes on from where the one before was killed. */
const points = [
  "closed.json 1 before",
  "closed.json 1 after",
  "exp-a+closing 1 after",
  "exp-a+closed 1 before",
  "exp-a+closed 1 after",
  "closed.json 2 before",
  "closed.json 2 after",
  "closed.json 3 before",
  "closed.json 3 after",
  "decisions.md 1 before",
  "decisions.md 1 after",
  "exp-a 1 before",
  "exp-a 1 after",
];

test("the same call continues a close that was killed after any step", async () => {
  const shop = await prepareClosing();
  const { workspace, feature_id, ref, standing, branch, git, write } = shop;
  await write("design.txt", "a design\n");
  const killAt = join(await temporaryFolder(), "kill-at");
  const preload = pathToFileURL(resolve("tests/fixtures/kill-at-write.mjs")).href;
  const env = { NODE_OPTIONS: `--import ${preload}`, KILL_AT: killAt, KILL_ROLE: "close" };
  const args = ["close", feature_id, "exp-a", "--reason", "too slow", "--commit-uncommitted", "--yes"];
  const before = await standing();

  for (const point of points) {
    await writeFile(killAt, point);
    const { signal, stderr } = await startCli(workspace, args, env);
    expect(signal, `${point}: ${stderr}`).toBe("SIGKILL");
    const { open, refs } = await standing();
    expect(open, point).toEqual(point === points[0] ? ["exp-a", "exp-b"] : ["exp-b"]);
    expect(refs, point).toEqual(before.refs);
    expect(await git("show", `experiment/${feature_id}/exp-a:design.txt`), point).toBe("a design");
  }

  await rm(killAt);
  const { exitCode, stdout } = await startCli(workspace, args, env);
  expect(exitCode, stdout).toBe(0);
  expect(await standing()).toEqual({
    ...before,
    open: ["exp-b"],
    closed: ["exp-a"],
    branches: before.branches.filter((name) => name !== branch),
    worktrees: 1,
  });
  expect((await shop.decisions()).match(/^- \*\*exp-a\*\*/gm)).toHaveLength(1);
  expect(await readClosed(ref)).toMatchObject([
    { reason: "too slow", commit: await git("rev-parse", before.refs[0] ?? "") },
  ]);
});
