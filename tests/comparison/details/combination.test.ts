import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { SchemaChange } from "../../../schemas/schema-change.ts";
import { combineWinners } from "../../../src/comparison/details/combination.ts";
import { compareSchemas, type ExperimentChanges } from "../../../src/comparison/details/schema-comparison.ts";
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

it("says pair by pair which code merges, and which schema objects collide", async () => {
  const { directory, commit } = await temporaryRepository();
  await commit("main", { "shop.ts": "one\n", ".tdd/features/F1/plan.json": "{}\n" });
  const a = await commit("a", { "shop.ts": "two\n" });
  const b = await commit("b", { "shop.ts": "three\n" });
  const c = await commit("c", { "other.ts": "x\n" });
  const combined = await combineWinners(
    { workspace: directory, feature_id: "F1" },
    [winner("a", a), winner("b", b), winner("c", c)],
    changes,
  );
  expect(combined).toEqual([
    {
      experiments: ["a", "b"],
      code: "conflicts",
      files: ["shop.ts"],
      schema_objects: ["column public.orders.total"],
    },
    { experiments: ["a", "c"], code: "clean", files: [], schema_objects: [] },
    { experiments: ["b", "c"], code: "clean", files: [], schema_objects: [] },
  ]);
});

it("tries code that is not committed as its worktree is now, and says so", async () => {
  const { directory, commit, git } = await temporaryRepository();
  const base = await commit("main", { "shop.ts": "one\n" });
  const own = (slug: string) =>
    oldWorktreePath({ workspace: directory, feature_id: "F1", experiment_slug: slug });
  for (const slug of ["a", "b"]) {
    await git("worktree", "add", "--quiet", "-b", `experiment/F1/${slug}`, own(slug));
    await writeFile(join(own(slug), "shop.ts"), `${slug}\n`);
  }
  const winners = ["a", "b"].map((slug) => winner(slug, base, true));
  expect(await combineWinners({ workspace: directory, feature_id: "F1" }, winners, [])).toEqual([
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

it("does not claim what git cannot tell", async () => {
  const { directory, commit } = await temporaryRepository();
  const only = await commit("main", { "shop.ts": "one\n" });
  const winners = [winner("a", only), winner("b", only), winner("c", null)];
  expect(
    (await combineWinners({ workspace: directory, feature_id: "F1" }, winners, [])).map((each) => each.code),
  ).toEqual(["same_code", "unknown", "unknown"]);
});

it("finds nothing to combine in one winner", async () => {
  expect(await combineWinners({ workspace: "/nowhere", feature_id: "F1" }, [winner("a", null)], [])).toEqual(
    [],
  );
});

it("marks what two experiments change differently, and what a large table feels", () => {
  const { collisions, risks, differences } = compareSchemas(changes);
  expect(collisions).toEqual([{ kind: "column", object: "public.orders.total", experiments: ["a", "b"] }]);
  expect(risks).toMatchObject([{ experiment_slug: "c", effect: "rewrites_table", table_bytes: 2 ** 30 }]);
  expect(differences.map((each) => each.summary)).toEqual([
    "+column public.orders.total, +column public.orders.note",
    "+column public.orders.total, +column public.orders.note",
    "+column public.orders.extra",
  ]);
});
