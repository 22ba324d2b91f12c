import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { ExperimentRow } from "../../../schemas/comparison/comparison.ts";
import { findCodeFlaws, warnOfCode } from "../../../src/comparison/warnings/code-warnings.ts";
import { inspectCode } from "../../../src/experiments/code/worktrees.ts";
import { watchWrites } from "../../../src/experiments/code/written-files.ts";
import { oldWorktreePath } from "../../../src/experiments/layout.ts";
import { temporaryRepository } from "../../support/repository.ts";
import { winner } from "../../support/winner.ts";

it("warns when a winner's code was not committed or has changed since", async () => {
  const { directory, commit, git } = await temporaryRepository();
  const feature = { workspace: directory, feature_id: "F1" };
  const first = await commit("main", { "shop.ts": "one\n" });
  const own = oldWorktreePath({ ...feature, experiment_slug: "a" });
  await git("worktree", "add", "--quiet", "-b", "experiment/F1/a", own);
  const kinds = async (...winners: ExperimentRow[]) =>
    (await findCodeFlaws(feature, winners)).map(({ kind, experiment_slug }) => `${kind}: ${experiment_slug}`);
  expect(await kinds(winner("a", first), winner("b", first), winner("c", null, true))).toEqual([]);

  await commit("main", { ".tdd/experiments/F1/a/outcomes.json": "{}\n" });
  expect(await kinds(winner("a", first), winner("b", first))).toEqual([]);

  await writeFile(join(own, "shop.ts"), "two\n");
  expect(await kinds(winner("a", first), winner("b", first), winner("d", first, true))).toEqual([
    "code-not-committed: d",
    "code-changed-since: a",
  ]);

  await commit("main", { "shop.ts": "three\n" });
  expect(await kinds(winner("b", first))).toEqual(["code-changed-since: b"]);
  await rm(own, { recursive: true });
  expect(await kinds(winner("a", first))).toEqual(["code-not-there: a"]);
  expect(await kinds(winner("b", "0123456789abcdef0123456789abcdef01234567"))).toEqual([]);
});

it("warns when a winner's tracked files changed while a suite ran, until the change is committed", async () => {
  const { directory, commit, git } = await temporaryRepository();
  const feature = { workspace: directory, feature_id: "F1" };
  const first = await commit("main", { "shop.ts": "one\n" });
  const ref = { ...feature, experiment_slug: "a" };
  const own = oldWorktreePath(ref);
  await git("worktree", "add", "--quiet", "-b", "experiment/F1/a", own);
  const recordWrites = await watchWrites(ref, await inspectCode(ref), true);
  await writeFile(join(own, "shop.ts"), "two\n");
  await writeFile(join(own, "report.txt"), "of the suite\n");
  await recordWrites();
  const flaws = await findCodeFlaws(feature, [winner("a", first)]);
  expect(warnOfCode(feature, flaws, "code-changed-meanwhile").map(({ message }) => message)).toEqual([
    "a (shop.ts) won, but the files in parentheses changed while a suite ran. If no suite writes them, or they are snapshots, commit them and run again.",
  ]);

  await git("-C", own, "commit", "--quiet", "--all", "--message", "Two");
  const second = await git("-C", own, "rev-parse", "HEAD");
  expect(await findCodeFlaws(feature, [winner("a", second)])).toEqual([]);
});

it("warns when files changed while a winner's suite ran, even if the change was taken back", async () => {
  const { directory, commit, git } = await temporaryRepository();
  const feature = { workspace: directory, feature_id: "F1" };
  const first = await commit("main", { "shop.ts": "one\n" });
  const own = oldWorktreePath({ ...feature, experiment_slug: "a" });
  await git("worktree", "add", "--quiet", "-b", "experiment/F1/a", own);
  const row = winner("a", first);
  const by_tag = { api: { state: "evidence" as const, in_doubt: ["shop.ts"] } };
  const evidence = row.evidence && { ...row.evidence, by_tag };
  expect(await findCodeFlaws(feature, [{ ...row, evidence }])).toEqual([
    { kind: "code-changed-meanwhile", experiment_slug: "a", files: ["shop.ts"] },
  ]);
});
