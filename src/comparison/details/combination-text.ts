import type { Combination } from "../../../schemas/comparison/combination.ts";
import { groupBy } from "../../utils/group-by.ts";
import { nameSome } from "../../utils/text/name-some.ts";

/** More names than this are counted: a reader of one line wants to know where to look first. */
const maxNamed = 3;

const codeWords: Record<Exclude<Combination["code"], "conflicts">, string> = {
  clean: "code merges cleanly",
  same_code: "same code",
  shared_checkout: "both are in one checkout",
  unknown: "git cannot tell whether the code merges",
};

/**
 * How two winners go together, as `code conflicts in shop.ts; schema collides in column public.orders.total`. That code
 * is not committed, a warning says.
 */
export function describeCombination({ code, files, schema_objects }: Combination): string {
  const parts = [
    code === "conflicts" ? `code conflicts in ${nameSome(files, maxNamed)}` : codeWords[code],
    ...(schema_objects.length > 0 ? [`schema collides in ${nameSome(schema_objects, maxNamed)}`] : []),
  ];
  return parts.join("; ");
}

/**
 * A line for each way in which pairs of winners go together, with the pairs; the way of most comes last, and its pairs
 * need no names: `a + b: code conflicts in shop.ts`, `all other pairs: code merges cleanly`. Winners that were not
 * tried are named.
 */
export function summarizeCombinations(combinations: Combination[], winners: string[]): string[] {
  const byWay = groupBy(combinations, describeCombination);
  const tried = new Set(combinations.flatMap(({ experiments }) => experiments));
  const untried = winners.filter((slug) => !tried.has(slug));
  const isPart = tried.size > 0 && untried.length > 0;
  const ways = [...byWay]
    .map(([way, alike]) => ({ way, pairs: alike.map(({ experiments }) => experiments.join(" + ")) }))
    .sort((a, b) => a.pairs.length - b.pairs.length);
  return [
    ...ways.map(({ way, pairs }, index) => {
      const isLast = index === ways.length - 1 && pairs.length > 1;
      const all = isPart ? `all pairs of the first ${tried.size}` : "all pairs";
      const rest = ways.length === 1 ? all : "all other pairs";
      return `${isLast ? rest : pairs.join(", ")}: ${way}`;
    }),
    ...(isPart ? [`not tried: ${nameSome(untried, maxNamed)}`] : []),
  ];
}
