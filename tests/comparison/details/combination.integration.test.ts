import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { SchemaChange } from "../../../schemas/comparison/schema-change.ts";
import type { ExperimentChanges } from "../../../src/comparison/details/collisions.ts";
import { combineWinners } from "../../../src/comparison/details/combination.ts";
import { compareSchemas } from "../../../src/comparison/details/schema-comparison.ts";
import { oldWorktreePath } from "../../../src/experiments/layout.ts";
import { temporaryRepository } from "../../support/repository.ts";
import { winner } from "../../support/winner.ts";

function column(object: string, type: string, bytes = 0): SchemaChange {
  return {
    change: "added",
    kind: "column",
    object,
    aspects: { type: { from: null, to: type } },
    risks: [{ effect: "rewrites_table", table: "public.orders", table_bytes: bytes, table_rows: 1 }],
  };
}

const changes: ExperimentChanges[] = [
  {
    experiment_slug: "a",
    changes: [column("public.orders.total", "integer"), column("public.orders.note", "text")],
  },
  {
    experiment_slug: "b",
    changes: [column("public.orders.total", "numeric"), column("public.orders.note", "text")],
  },
  { experiment_slug: "c", changes: [column("public.orders.extra", "text", 2 ** 30)] },
];

const feature = (workspace: string) => ({ workspace, feature_id: "F1" });

/** Gives experiments worktrees, each at a commit of its own. */
async function addWorktrees(
  { directory, git }: Awaited<ReturnType<typeof temporaryRepository>>,
  commits: Record<string, string>,
) {
  for (const [experiment_slug, commit] of Object.entries(commits)) {
    const own = oldWorktreePath({ ...feature(directory), experiment_slug });
    await git("worktree", "add", "--quiet", "-b", `experiment/F1/${experiment_slug}`, own, commit);
  }
}

it("says for each pair whether the code merges and which schema objects collide", async () => {
  const repository = await temporaryRepository();
  const { directory, commit } = repository;
  await commit("main", { "shop.ts": "one\n", ".tdd/features/F1/plan.json": "{}\n" });
  const a = await commit("a", { "shop.ts": "two\n" });
  const b = await commit("b", { "shop.ts": "three\n" });
  const c = await commit("c", { "other.ts": "x\n" });
  await addWorktrees(repository, { a, b, c });
  const winners = [winner("a", a), winner("b", b), winner("c", c)];
  expect(await combineWinners(feature(directory), winners, changes)).toEqual({
    same_code: [],
    combinations: [
      {
        experiments: ["a", "b"],
        code: "conflicts",
        files: ["shop.ts"],
        schema_objects: ["column public.orders.total"],
      },
      { experiments: ["a", "c"], code: "clean", files: [], schema_objects: [] },
      { experiments: ["b", "c"], code: "clean", files: [], schema_objects: [] },
    ],
  });
});

it("includes uncommitted code of a worktree, and says so", async () => {
  const repository = await temporaryRepository();
  const { directory, commit, git } = repository;
  const base = await commit("main", { "shop.ts": "one\n" });
  await addWorktrees(repository, { a: base, b: base });
  const own = (experiment_slug: string) => oldWorktreePath({ ...feature(directory), experiment_slug });
  for (const slug of ["a", "b"]) await writeFile(join(own(slug), "shop.ts"), `${slug}\n`);
  const winners = ["a", "b"].map((slug) => winner(slug, base, true));
  expect((await combineWinners(feature(directory), winners, [])).combinations).toEqual([
    {
      experiments: ["a", "b"],
      code: "conflicts",
      files: ["shop.ts"],
      uncommitted: ["a", "b"],
      schema_objects: [],
    },
  ]);
  expect(await git("-C", own("a"), "status", "--porcelain")).toBe(" M shop.ts");
});

it("recognizes identical code in several folders, committed or not, whatever our records contain", async () => {
  const repository = await temporaryRepository();
  const { directory, commit, git } = repository;
  const base = await commit("main", { "shop.ts": "one\n" });
  const records = await commit("main", { ".tdd/features/F1/plan.json": "{}\n" });
  const other = await commit("other", { "shop.ts": "two\n" });
  await addWorktrees(repository, { a: base, b: records, c: other, d: base, e: base });
  await writeFile(join(oldWorktreePath({ ...feature(directory), experiment_slug: "d" }), "shop.ts"), "two\n");
  await git("-C", oldWorktreePath({ ...feature(directory), experiment_slug: "e" }), "status");
  const winners = [winner("a", base), winner("b", records), winner("c", other), winner("d", base, true)];
  const found = await combineWinners(feature(directory), [...winners, winner("e", base)], []);
  expect(found.same_code).toEqual([
    ["a", "b", "e"],
    ["c", "d"],
  ]);
  expect(
    found.combinations.filter(({ code }) => code === "same_code").map(({ experiments }) => experiments),
  ).toEqual([
    ["a", "b"],
    ["a", "e"],
    ["b", "e"],
    ["c", "d"],
  ]);
});

it("treats designs that share a checkout as different", async () => {
  const { directory, commit } = await temporaryRepository();
  const only = await commit("main", { "shop.ts": "one\n" });
  for (const dirty of [false, true]) {
    const winners = [winner("a", only, dirty), winner("b", only, dirty)];
    expect(await combineWinners(feature(directory), winners, [])).toMatchObject({
      same_code: [],
      combinations: [{ code: "shared_checkout" }],
    });
  }
});

it("reports unknown when git cannot tell", async () => {
  const repository = await temporaryRepository();
  const { directory, commit } = repository;
  const only = await commit("main", { "shop.ts": "one\n" });
  await addWorktrees(repository, { a: only, b: only, c: only });
  const winners = [winner("a", only), winner("b", only), winner("c", null)];
  const { combinations } = await combineWinners(feature(directory), winners, []);
  expect(combinations.map((each) => each.code)).toEqual(["same_code", "unknown", "unknown"]);
});

it("finds nothing to combine with a single winner", async () => {
  expect(await combineWinners(feature("/nowhere"), [winner("a", null)], [])).toEqual({
    combinations: [],
    same_code: [],
  });
});

it("marks what two experiments change differently, and what affects a large table", () => {
  const { collisions, risks, differences } = compareSchemas(changes);
  expect(collisions).toEqual([{ kind: "column", object: "public.orders.total", experiments: ["a", "b"] }]);
  expect(risks).toMatchObject([{ experiment_slug: "c", effect: "rewrites_table", table_bytes: 2 ** 30 }]);
  expect(differences.map((each) => each.summary)).toEqual([
    "+column public.orders.total, +column public.orders.note",
    "+column public.orders.total, +column public.orders.note",
    "+column public.orders.extra",
  ]);
});
