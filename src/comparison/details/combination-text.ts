import type { Combination } from "../../../schemas/comparison/combination.ts";
import { groupBy } from "../../utils/group-by.ts";
import { nameSome } from "../../utils/text/name-some.ts";

/** Names beyond this are only counted: a one-line summary should say where to look first. */
const maxNamed = 3;

const codeWords: Record<Exclude<Combination["code"], "conflicts">, string> = {
  clean: "code merges cleanly",
  same_code: "same code",
  shared_checkout: "both are in one checkout",
  unknown: "git cannot tell whether the code merges",
};

/**
 * Describes how two winners combine: `code conflicts in shop.ts; schema collides in column public.orders.total`. A
 * warning covers code that is not committed.
 */
export function describeCombination({ code, files, schema_objects }: Combination): string {
  const parts = [
    code === "conflicts" ? `code conflicts in ${nameSome(files, maxNamed)}` : codeWords[code],
    ...(schema_objects.length > 0 ? [`schema collides in ${nameSome(schema_objects, maxNamed)}`] : []),
  ];
  return parts.join("; ");
}

/**
 * Summarizes how pairs of winners combine, one line per outcome with its pairs: `a + b: code conflicts in shop.ts`. The
 * most common outcome comes last, and its pairs need no names: `all other pairs: code merges cleanly`. Winners that
 * were not tried are listed.
 */
export function summarizeCombinations(combinations: Combination[], winners: string[]): string[] {
  const byOutcome = groupBy(combinations, describeCombination);
  const tried = new Set(combinations.flatMap(({ experiments }) => experiments));
  const untried = winners.filter((slug) => !tried.has(slug));
  const isPart = tried.size > 0 && untried.length > 0;
  const outcomes = [...byOutcome]
    .map(([outcome, alike]) => ({ outcome, pairs: alike.map(({ experiments }) => experiments.join(" + ")) }))
    .sort((a, b) => a.pairs.length - b.pairs.length);
  return [
    ...outcomes.map(({ outcome, pairs }, index) => {
      const isLast = index === outcomes.length - 1 && pairs.length > 1;
      const all = isPart ? `all pairs of the first ${tried.size}` : "all pairs";
      const rest = outcomes.length === 1 ? all : "all other pairs";
      return `${isLast ? rest : pairs.join(", ")}: ${outcome}`;
    }),
    ...(isPart ? [`not tried: ${nameSome(untried, maxNamed)}`] : []),
  ];
}
