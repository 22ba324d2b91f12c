import { describe, expect, it } from "vitest";
import type { Combination } from "../../../schemas/comparison/combination.ts";
import {
  describeCombination,
  summarizeCombinations,
} from "../../../src/comparison/details/combination-text.ts";

const pair = (given: Partial<Combination>): Combination => ({
  experiments: ["a", "b"],
  code: "clean",
  files: [],
  schema_objects: [],
  ...given,
});

describe("describeCombination", () => {
  it.each<[Partial<Combination>, string]>([
    [{}, "code merges cleanly"],
    [{ code: "same_code" }, "same code"],
    [{ code: "unknown" }, "git cannot tell whether the code merges"],
    [{ code: "conflicts", files: ["a", "b", "c", "d", "e"] }, "code conflicts in a, b, c and 2 more"],
    [{ schema_objects: ["table public.t"] }, "code merges cleanly; schema collides in table public.t"],
  ])("%j", (given, text) => {
    expect(describeCombination(pair(given))).toBe(text);
  });
});

describe("summarizeCombinations", () => {
  const pairs = [
    ["a", "b"],
    ["a", "c"],
    ["b", "c"],
  ].map((experiments) => pair({ experiments }));

  it("groups pairs with the same result on one line, the largest group last", () => {
    const winners = ["a", "b", "c"];
    expect(summarizeCombinations(pairs, winners)).toEqual(["all pairs: code merges cleanly"]);
    expect(summarizeCombinations(pairs.slice(0, 1), ["a", "b"])).toEqual(["a + b: code merges cleanly"]);
    const conflict = pair({ experiments: ["c", "d"], code: "conflicts", files: ["x"] });
    expect(summarizeCombinations([...pairs, conflict], [...winners, "d"])).toEqual([
      "c + d: code conflicts in x",
      "all other pairs: code merges cleanly",
    ]);
    expect(summarizeCombinations([], ["a"])).toEqual([]);
    expect(summarizeCombinations(pairs, [...winners, "e", "f"])).toEqual([
      "all pairs of the first 3: code merges cleanly",
      "not tried: e, f",
    ]);
  });
});
