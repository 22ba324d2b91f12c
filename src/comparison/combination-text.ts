import type { Combination } from "../../schemas/combination.ts";

/** More names than this are counted: a reader of one line wants to know where to look first. */
const maxNamed = 3;

const codeWords = {
  clean: "code merges cleanly",
  same_code: "both stand on the same code",
  unknown: "git cannot tell how their code merges",
} as const;

/** How two winners go together, as `code conflicts in shop.ts; schema collides in column public.orders.total`. */
export function describeCombination({ code, files, schema_objects, uncommitted = [] }: Combination): string {
  const parts = [
    code === "conflicts" ? `code conflicts in ${nameSome(files)}` : codeWords[code],
    ...(schema_objects.length > 0 ? [`schema collides in ${nameSome(schema_objects)}`] : []),
    ...(uncommitted.length > 0 ? [`not committed: ${uncommitted.join(", ")}`] : []),
  ];
  return parts.join("; ");
}

/**
 * A line for each way in which pairs go together, with the pairs; the way of most comes last, and its pairs need no
 * names: `a + b: code conflicts in shop.ts`, `all other pairs: code merges cleanly`.
 */
export function summarizeCombinations(combinations: Combination[]): string[] {
  const pairsByWay = new Map<string, string[]>();
  for (const combination of combinations) {
    const way = describeCombination(combination);
    pairsByWay.set(way, [...(pairsByWay.get(way) ?? []), combination.experiments.join(" + ")]);
  }
  const ways = [...pairsByWay].sort(([, a], [, b]) => a.length - b.length);
  return ways.map(([way, pairs], index) => {
    const isLast = index === ways.length - 1 && pairs.length > 1;
    const rest = ways.length === 1 ? "all pairs" : "all other pairs";
    return `${isLast ? rest : pairs.join(", ")}: ${way}`;
  });
}

function nameSome(names: string[]): string {
  const more = names.length - maxNamed;
  return names.slice(0, maxNamed).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
