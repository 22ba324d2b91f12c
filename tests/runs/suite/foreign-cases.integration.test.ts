import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { ReportCase } from "../../../schemas/plan/report.ts";
import { writeWorktreeRecord } from "../../../src/experiments/code/worktree-record.ts";
import { checkCode } from "../../../src/experiments/code/worktrees.ts";
import { oldWorktreePath } from "../../../src/experiments/layout.ts";
import { findForeignCase } from "../../../src/runs/suite/foreign-cases.ts";
import { temporaryCheckout } from "../../support/machine/temporary.ts";
import { temporaryRepository } from "../../support/repository.ts";

/** A feature with a design in the main checkout, one in a worktree beside it and one in an old worktree below it. */
async function feature() {
  const { directory: workspace, commit, git } = await temporaryRepository();
  const base_commit = await commit("main", { "tests/a.test.ts": "", ".gitignore": ".tdd\n" });
  const ref = (experiment_slug: string) => ({ workspace, feature_id: "F1", experiment_slug });
  const beside = `${workspace}.worktrees/F1/beside`;
  await git("worktree", "add", "-q", "-b", "experiment/F1/beside", beside);
  await writeWorktreeRecord(ref("beside"), { path: beside, git_branch: "experiment/F1/beside", base_commit });
  const old = oldWorktreePath(ref("old"));
  await git("worktree", "add", "-q", "-b", "experiment/F1/old", old);
  const find = async (slug: string, ...files: string[]) => {
    return findIn(
      slug,
      files.map((file) => ({ name: "a", status: "passed", file })),
    );
  };
  const findIn = async (slug: string, cases: ReportCase[]) => {
    const code = await checkCode(ref(slug));
    return (await findForeignCase(workspace, code, cases, [code.directory]))?.message;
  };
  return { workspace, beside, old, find, findIn };
}

it("accepts cases of a design's own checkout, and of folders outside any checkout", async () => {
  const { workspace, beside, old, find } = await feature();
  expect(await find("main", "tests/a.test.ts", join(workspace, "tests/a.test.ts"))).toBeUndefined();
  expect(await find("beside", "tests/a.test.ts", join(beside, "tests/a.test.ts"))).toBeUndefined();
  expect(await find("old", "tests/a.test.ts", join(old, "tests/a.test.ts"))).toBeUndefined();
  expect(await find("beside", "/usr/lib/harness.ts", "../gone.test.ts")).toBeUndefined();
});

it("finds cases of another experiment's worktree, below the main checkout or beside it", async () => {
  const { workspace, beside, old, find } = await feature();
  const below = ".tdd/worktrees/F1/old/tests/a.test.ts";
  expect(await find("main", "tests/a.test.ts", below)).toContain(join(workspace, below));
  expect(await find("main", join(old, "tests/a.test.ts"))).toContain(old);
  expect(await find("old", join(beside, "tests/a.test.ts"))).toContain(beside);
  expect(await find("main", "../shop.worktrees/F1/beside/tests/a.test.ts")).toContain(beside);
});

it("finds cases of the main checkout when the design is in a worktree", async () => {
  const { workspace, find } = await feature();
  expect(await find("beside", join(workspace, "tests/a.test.ts"))).toContain(
    `such as ${workspace}/tests/a.test.ts`,
  );
  expect(await find("old", "../../../../tests/a.test.ts")).toContain(
    `another checkout, such as ${workspace}/tests`,
  );
});

it("finds cases of a folder that only looks like an old worktree, even outside a repository", async () => {
  const workspace = await temporaryCheckout();
  const stale = join(workspace, ".tdd/worktrees/F1/b");
  await mkdir(stale, { recursive: true });
  await writeFile(join(stale, "b.test.ts"), "");
  const code = { root: workspace, directory: workspace };
  const cases = [{ name: "b", status: "passed" as const, file: ".tdd/worktrees/F1/b/b.test.ts" }];
  expect((await findForeignCase(workspace, code, cases, [workspace]))?.code).toBe("cases_foreign");
});

it("finds cases by where a failure was thrown if a report names no files, except in shared packages", async () => {
  const { workspace, beside, old, findIn } = await feature();
  const failed = (failure: string): ReportCase => ({ name: "a", status: "failed", failure });
  const thrown = (path: string) => failed(`Error: 1 == 2\n    at TestContext.<anonymous> (${path}:1:60)`);
  expect(await findIn("main", [thrown(join(old, "a.test.js"))])).toContain(old);
  expect(await findIn("beside", [thrown(join(workspace, "a.test.js"))])).toContain(workspace);
  expect(await findIn("beside", [thrown(join(beside, "a.test.js"))])).toBeUndefined();
  expect(await findIn("beside", [thrown(join(workspace, "node_modules/x/a.js"))])).toBeUndefined();
  expect(await findIn("beside", [failed(`expected ${workspace}/out.txt to be there`)])).toBeUndefined();
});

it("does not trust a name that occurs twice without a file when there is a worktree below", async () => {
  const { findIn } = await feature();
  const twice: ReportCase[] = [
    { name: "a", status: "passed" },
    { name: "a", status: "passed" },
  ];
  expect(await findIn("main", twice)).toMatch(/has "a" more than once/);
  expect(await findIn("main", twice.slice(1))).toBeUndefined();
  expect(await findIn("beside", twice)).toBeUndefined();
});
