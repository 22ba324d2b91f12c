import { expect, test } from "vitest";
import { diffSchemas } from "../../src/database/diff.ts";
import { hashObjects } from "../../src/database/objects.ts";
import { restoreParent } from "../../src/database/parent-at-fork.ts";
import type { SchemaObject } from "../../src/database/snapshot.ts";

const table = (name: string, rls: string, rows = 0): SchemaObject => ({
  ...{ kind: "table", name: `public.${name}`, parent: null, uses: [] },
  ...{ aspects: { rls }, fills_rows: false, bytes: null, rows },
});

const fork = [table("kept", "no"), table("altered", "no"), table("dropped", "no"), table("both", "no")];
const atFork = hashObjects(fork);

test("what changed only in the parent since the fork is no difference", () => {
  const parent = [table("kept", "no", 9), table("altered", "yes"), table("both", "no"), table("new", "no")];
  expect(diffSchemas(restoreParent(parent, fork, atFork), fork)).toEqual([]);
  expect(restoreParent(parent, fork, atFork)).toContainEqual(table("kept", "no", 9));
});

test("what the branch changed is one, whatever the parent did", () => {
  const parent = [table("kept", "no"), table("altered", "no"), table("both", "yes"), table("new", "no")];
  const branch = [table("altered", "yes"), table("dropped", "no"), table("new", "no"), table("own", "no")];
  const changes = diffSchemas(restoreParent(parent, branch, atFork), branch);
  expect(changes.map(({ change, object }) => `${change} ${object}`)).toEqual([
    "changed public.altered",
    "removed public.both",
    "removed public.kept",
    "added public.own",
  ]);
});
