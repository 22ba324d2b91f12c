import { describe, expect, it } from "vitest";
import type { Combination } from "../../../schemas/comparison/combination.ts";
import { advise } from "./advise.ts";
import { makeRow } from "./kinds.ts";

describe("several winners", () => {
  const rows = [0, 1, 2].map((index) => ({
    ...makeRow("winning", index),
    code_diff_lines: [40, 300, 7][index],
  }));
  const pair = (a: number, b: number, more: Partial<Combination> = {}): Combination => ({
    experiments: [`exp-${a}`, `exp-${b}`],
    code: "clean",
    files: [],
    schema_objects: [],
    ...more,
  });
  const inCode: Partial<Combination> = { code: "conflicts", files: ["shop.ts"] };
  const locks = new Map([
    ["exp-0", 2],
    ["exp-1", 0],
  ]);

  it("are synthesized if they combine or if that is unknown", () => {
    for (const code of ["clean", "shared_checkout", "unknown"] as const)
      expect(advise(rows.slice(0, 2), { combinations: [pair(0, 1, { code })] }).recommendation).toBe(
        "synthesize",
      );
  });

  it("need a choice when they conflict, and the rationale says in what", () => {
    const combinations = [pair(0, 1, inCode)];
    expect(advise(rows.slice(0, 2), { combinations, choice: { locks } })).toEqual({
      recommendation: "continue",
      rationale:
        "2 experiments win, but exp-0, exp-1 conflict in shop.ts, so one must be chosen by metrics (no difference), " +
        "the smaller change (exp-0: 40, exp-1: 300 lines) or fewer locks (exp-1: 0, exp-0: 2 on large tables).",
      next_action: { action: "choose", experiments: ["exp-0", "exp-1"] },
    });
    const inSchema = [pair(0, 1, { schema_objects: ["column public.orders.total"] })];
    expect(advise(rows.slice(0, 2), { combinations: inSchema }).rationale).toContain(
      "conflict in column public.orders.total, so one must be chosen",
    );
  });

  it("are reduced to the one that metrics put first if it combines with no other", () => {
    const choice = { by_metrics: "exp-1", locks };
    expect(advise(rows.slice(0, 2), { combinations: [pair(0, 1, inCode)], choice })).toMatchObject({
      recommendation: "promote",
      next_action: { action: "promote", experiments: ["exp-1"] },
    });
    const combinations = [pair(0, 1, inCode), pair(0, 2), pair(1, 2)];
    expect(advise(rows, { combinations, choice }).recommendation).toBe("continue");
    const all = combinations.map((each) => ({ ...each, ...inCode }));
    expect(advise(rows, { combinations: all, choice }).recommendation).toBe("promote");
  });

  it("with the same code count as one design", () => {
    expect(advise(rows, { same_code: [["exp-0", "exp-2"]] })).toMatchObject({
      recommendation: "continue",
      rationale: expect.stringContaining(
        "nothing distinguishes these, because their code is the same: exp-0, exp-2",
      ),
      next_action: { action: "differentiate", experiments: ["exp-0", "exp-2"] },
    });
  });
});
