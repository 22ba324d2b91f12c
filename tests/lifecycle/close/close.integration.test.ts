import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { writeComparisonPage } from "../../../src/comparison/views/page/write-page.ts";
import { writeArtifact } from "../../../src/experiments/artifacts/artifacts.ts";
import { readClosed } from "../../../src/experiments/closed.ts";
import { getExperiment } from "../../../src/experiments/experiments.ts";
import { archivePath, experimentPaths } from "../../../src/experiments/layout.ts";
import { prepareClosing } from "../../support/finish/closing.ts";

test("closing says what goes and what stays, then does it exactly once", async () => {
  const shop = await prepareClosing();
  const { ref, look, close, standing, code, branch, git, write, workspace } = shop;
  await shop.count("exp-b", 3, 0);
  await shop.count("exp-a", 2, 1);
  await write("data.local", "ignored");
  const tip = await git("rev-parse", `experiment/${shop.feature_id}/exp-a`);
  const before = await standing();

  const planned = await look();
  expect(planned).toMatchObject({
    experiments: [{ experiment_slug: "exp-a", state: "open", status: "abandoned", objections: [], left: [] }],
    others: ["exp-b"],
  });
  expect(planned.experiments[0]?.goes).toEqual([
    `worktree ${code}, with what git ignores: data.local`,
    `database branch ${branch}`,
  ]);
  expect(await standing()).toEqual(before);

  const answer = await close();
  expect(answer).toMatchObject({
    experiments: [{ state: "closed", verdict_by: "measured", left: [], objections: [] }],
    others: ["exp-b"],
  });
  expect(await standing()).toEqual({
    ...before,
    open: ["exp-b"],
    closed: ["exp-a"],
    branches: before.branches.filter((name) => name !== branch),
    worktrees: 1,
  });
  expect(await readdir(dirname(code))).toEqual(["exp-b"]);
  const [closed] = await readClosed(ref);
  expect(closed).toMatchObject({
    ...{ status: "abandoned", reason: "too slow", database: "deleted", worktree: "removed", branch },
    ...{ commit: tip, git_branch: `experiment/${shop.feature_id}/exp-a` },
  });
  expect(closed?.compared).toHaveLength(2);
  expect(existsSync(join(archivePath(ref), "outcomes.json"))).toBe(true);
  expect(existsSync(experimentPaths(ref).directory)).toBe(false);

  const decisions = await shop.decisions();
  expect(decisions).toContain("exp-a failing (api 2/1)");
  expect(decisions).toContain("**exp-a** abandoned by what was measured: too slow");
  expect(await close()).toEqual(answer);
  expect(await shop.decisions()).toBe(decisions);
  await expect(getExperiment(ref)).rejects.toMatchObject({ code: "experiment_closed" });
  expect(await git("status", "--porcelain")).toBe("");
  expect(await readFile(join(workspace, ".tdd", ".gitignore"), "utf8")).toContain("/archive/*/*/artifacts/");
});

test("the comparison page links to the archived records", async () => {
  const shop = await prepareClosing();
  const { workspace, feature_id, ref } = shop;
  for (const slug of ["exp-a", "exp-b"]) {
    await shop.count(slug, 2, 1);
    await writeArtifact({ ...ref, experiment_slug: slug }, "C1", "api/a b.log", "text");
  }
  const path = await writeComparisonPage({ workspace, feature_id });
  const findBroken = async () => {
    const links = [...(await readFile(path, "utf8")).matchAll(/ href="(\.[^"]+)"/g)];
    expect(links.length).toBeGreaterThanOrEqual(4);
    const files = links.map(([, href = ""]) => join(dirname(path), decodeURIComponent(href)));
    return files.filter((file) => !existsSync(file));
  };
  expect(await findBroken()).toEqual([]);
  await shop.close();
  expect(await findBroken()).toEqual([]);
  await shop.close({ experiment_slugs: ["exp-b"] });
  expect(await findBroken()).toEqual([]);
});

test("closing keeps what people wrote, and writes one section per call", async () => {
  const shop = await prepareClosing();
  await shop.close({ experiment_slugs: ["exp-b", "exp-a"], reason: "## not a heading\nsecond line" });
  const first = await shop.decisions();
  expect(first.match(/^## /gm)).toHaveLength(1);
  expect(first.match(/^- \*\*exp-/gm)).toHaveLength(2);
  expect(first).toContain("by the caller's decision: ## not a heading second line");
  expect(await shop.standing()).toMatchObject({ open: [], branches: [], worktrees: 0 });

  // The git branch is there, and the new experiment goes on from it.
  await shop.create({ experiments: [{ experiment_slug: "exp-a" }] });
  await shop.close({ reason: "password=hunter2 host=db did not work." });
  const second = await shop.decisions();
  expect(second.startsWith(first.trimEnd())).toBe(true);
  expect(second.match(/^## /gm)).toHaveLength(2);
  expect(second).not.toContain("hunter2");
  expect(await readClosed(shop.ref)).toHaveLength(2);
});

test("closing a design in the main checkout removes no worktree", async () => {
  const shop = await prepareClosing({ worktree: false });
  const head = await shop.git("rev-parse", "HEAD");
  await shop.close();
  expect(await readClosed(shop.ref)).toMatchObject([
    { worktree: "none", git_branch: null, commit: head, database: "deleted" },
  ]);
  expect(await shop.standing()).toMatchObject({ open: ["exp-b"], closed: ["exp-a"] });
});
