import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { compareExperiments } from "../../../src/comparison/compare.ts";
import { writeWorktreeRecord } from "../../../src/experiments/code/worktree-record.ts";
import { planPath } from "../../../src/experiments/layout.ts";
import { readOutcomes, writeOutcomes } from "../../../src/experiments/outcomes/outcomes.ts";
import { writeJson } from "../../../src/utils/files/json.ts";
import { recordCycle } from "../../support/records.ts";
import { temporaryRepository } from "../../support/repository.ts";

const feature_id = "F1";
const kinds = ["nothing-changed", "unlike-starts", "main-not-committed", "main-moved-on"];

/** A repository, in which experiments win, each in a worktree that begins at a commit. */
async function prepare() {
  const { directory, git, commit } = await temporaryRepository();
  const ref = (experiment_slug: string) => ({ workspace: directory, feature_id, experiment_slug });
  return {
    directory,
    git,
    commit,
    cut: async (slug: string, base_commit: string, code_diff = { added: 3, removed: 0 }, failed = 0) => {
      const path = `${directory}.worktrees/${slug}`;
      const git_branch = `experiment/${feature_id}/${slug}`;
      await git("worktree", "add", "--quiet", "-b", git_branch, path, base_commit);
      await recordCycle(ref(slug), { commit: base_commit, tags: { api: { passed: 1, failed } } });
      await writeWorktreeRecord(ref(slug), { path, git_branch, base_commit });
      const outcomes = await readOutcomes(ref(slug));
      if (outcomes !== undefined) await writeOutcomes(ref(slug), { ...outcomes, code_diff });
      return path;
    },
    warnings: async (of = kinds) => {
      const { warnings } = await compareExperiments({ workspace: directory, feature_id });
      return warnings
        .filter(({ kind }) => of.includes(kind))
        .map(({ kind, message }) => `${kind}: ${message}`);
    },
  };
}

it("warns when worktrees started from different code, but not if only our records differ", async () => {
  const { commit, cut, warnings } = await prepare();
  const first = await commit("main", { "shop.ts": "one\n" });
  await cut("a", first);
  await cut("b", await commit("main", { ".tdd/features/F1/notes.md": "x\n" }));
  expect(await warnings()).toEqual([]);
  const other = await commit("main", { "shop.ts": "two\n" });
  await cut("c", other);
  expect(await warnings()).toEqual([
    `unlike-starts: The worktrees started from different code: a, b at ${first.slice(0, 10)}, c at ${other.slice(0, 10)}.`,
  ]);
});

it("warns of a script that a suite's command calls and that is not the same in all designs", async () => {
  const { directory, git, commit, cut, warnings } = await prepare();
  const byStatus = (...command: string[]) => ({ command, report: { format: "exit-code" } });
  const suites = { api: byStatus("npm", "test"), lint: byStatus("npm", "run", "lint") };
  await writeJson(planPath(directory, feature_id), { suites });
  const base = await commit("main", { "package.json": JSON.stringify({ scripts: { test: "node --test" } }) });
  const change = async (slug: string, test: string) => {
    const file = join(await cut(slug, base), "package.json");
    await writeFile(file, JSON.stringify({ name: slug, scripts: { test, lint: slug } }));
    await git("-C", dirname(file), "commit", "--quiet", "--all", "-m", slug);
    await recordCycle(
      { workspace: directory, feature_id, experiment_slug: slug },
      {
        cycle_id: "C2",
        commit: await git("-C", dirname(file), "rev-parse", "HEAD"),
        tags: { api: { passed: 1 } },
      },
    );
  };
  await change("a", "node --test");
  await change("b", "node --test");
  expect(await warnings(["scripts-differ"])).toEqual([]);
  await change("c", "true");
  expect(await warnings(["scripts-differ"])).toEqual([
    "scripts-differ: Measured by scripts that differ between designs: api by test of package.json (a, b | c). Whether they test the same is for you to check.",
  ]);
});

it("warns about uncommitted changes in the main checkout until a worktree contains them", async () => {
  const { directory, commit, cut, warnings } = await prepare();
  const path = await cut("a", await commit("main", { "shop.ts": "one\n" }));
  await writeFile(join(directory, "acceptance.test.ts"), "new\n");
  expect(await warnings()).toEqual([
    expect.stringContaining(
      "main-not-committed: Not committed in the main checkout, so missing from the worktrees: acceptance.test.ts.",
    ),
  ]);
  await writeFile(join(path, "acceptance.test.ts"), "old\n");
  expect(await warnings()).toHaveLength(1);
  await writeFile(join(path, "acceptance.test.ts"), "new\n");
  expect(await warnings()).toEqual([]);
});

it("warns about what was committed in the main checkout since, until the winner contains it", async () => {
  const { directory, commit, cut, git, warnings } = await prepare();
  const path = await cut("a", await commit("main", { "shop.ts": "one\n" }));
  await commit("main", { ".tdd/features/F1/notes.md": "x\n" });
  expect(await warnings()).toEqual([]);
  await commit("main", { "acceptance.test.ts": "new\n" });
  expect(await warnings()).toEqual([
    expect.stringContaining(
      "main-moved-on: Committed in the main checkout since, so missing from a: acceptance.test.ts.",
    ),
  ]);
  await git("-C", path, "merge", "--quiet", "main");
  const merged = await git("-C", path, "rev-parse", "HEAD");
  await recordCycle({ workspace: directory, feature_id, experiment_slug: "a" }, { commit: merged });
  expect(await warnings()).toEqual([]);
});

it("warns about a winner whose worktree has no changes", async () => {
  const { commit, cut, warnings } = await prepare();
  await cut("a", await commit("main", { "shop.ts": "one\n" }), { added: 0, removed: 0 });
  expect(await warnings()).toEqual([
    "nothing-changed: a won without changing a line. Do the tests cover what is to be built?",
  ]);
});

it("warns about experiments with the same code of which only some won", async () => {
  const { commit, cut, warnings } = await prepare();
  const first = await commit("main", { "shop.ts": "one\n" });
  const written = { added: 3, removed: 0 };
  await cut("a", first);
  await cut("b", first);
  expect(await warnings(["same-code"])).toEqual([
    "same-code: The worktrees contain the same code: a, b. Was a design written elsewhere, or never committed?",
  ]);
  await cut("c", first, written, 1);
  expect(await warnings(["same-code"])).toContain(
    `same-code: a, b won and c failed with the same code, ${first.slice(0, 10)}: the tests are flaky, or depend on more than the code. Was a design never committed?`,
  );
});
