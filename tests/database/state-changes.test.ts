import { expect, test } from "vitest";
import type { DatabaseState } from "../../schemas/promotion/database-state.ts";
import type { Ledger } from "../../schemas/promotion/ledger.ts";
import { findStateChanges } from "../../src/database/state.ts";

const state = (more: Partial<DatabaseState> = {}): DatabaseState => ({
  objects: {},
  rows: {},
  ledgers: [],
  ...more,
});
const ledger = (table: string, applied: string[], failed: string[] = []): Ledger => ({
  tool: "alembic",
  table,
  applied,
  failed,
});
const still = { objects: [], rows: [], ledgers: [] };

test.each<[what: string, before: Partial<DatabaseState>, now: Partial<DatabaseState>, changes: object]>([
  ["nothing", {}, {}, {}],
  [
    "objects that were added, changed and removed, sorted",
    { objects: { "table public.b": "1", "table public.c": "1", "view public.v": "1" } },
    { objects: { "table public.a": "1", "table public.b": "2", "view public.v": "1" } },
    { objects: ["table public.a", "table public.b", "table public.c"] },
  ],
  ["rows", { rows: { a: "1-1", b: "1-1" } }, { rows: { a: "1-2", b: "1-1" } }, { rows: ["a"] }],
  [
    "an applied migration",
    { ledgers: [ledger("t", ["1"])] },
    { ledgers: [ledger("t", ["1", "2"])] },
    { ledgers: ["alembic 2"] },
  ],
  [
    "a migration that is gone",
    { ledgers: [ledger("t", ["1"])] },
    { ledgers: [] },
    { ledgers: ["alembic 1"] },
  ],
  [
    "a migration that failed",
    { ledgers: [ledger("t", ["1"])] },
    { ledgers: [ledger("t", [], ["1"])] },
    { ledgers: ["alembic 1"] },
  ],
  [
    "no other order of ledgers and entries",
    { ledgers: [ledger("a", ["1", "2"]), ledger("b", ["3"])] },
    { ledgers: [ledger("b", ["3"]), ledger("a", ["2", "1"])] },
    {},
  ],
  [
    "a migration that another schema of the tool already had",
    { ledgers: [ledger("one.t", ["1"]), ledger("two.t", [])] },
    { ledgers: [ledger("one.t", ["1"]), ledger("two.t", ["1"])] },
    { ledgers: ["alembic 1"] },
  ],
  [
    "a migration of several schemas, named once",
    { ledgers: [ledger("one.t", []), ledger("two.t", [])] },
    { ledgers: [ledger("one.t", ["1"]), ledger("two.t", ["1"])] },
    { ledgers: ["alembic 1"] },
  ],
])("finds %s", (_what, before, now, changes) => {
  expect(findStateChanges(state(before), state(now))).toEqual({ ...still, ...changes });
});
