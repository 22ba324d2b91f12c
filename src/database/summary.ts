import type { SchemaChange } from "../../schemas/comparison/schema-change.ts";

const maxNamed = 4;
const signs = { added: "+", removed: "-", changed: "~" } as const;

/** The summary if nothing changed. */
export const noDifference = "no difference";

/**
 * Summarizes changes on one line: `+table public.orders, ~column public.items.price`, or by counts if there are many.
 */
export function summarizeChanges(changes: SchemaChange[]): string {
  if (changes.length === 0) return noDifference;
  if (changes.length <= maxNamed)
    return changes.map((each) => `${signs[each.change]}${each.kind} ${each.object}`).join(", ");
  const counts = Object.entries(signs).flatMap(([change, sign]) => {
    const some = changes.filter((each) => each.change === change);
    const kinds = [...new Set(some.map((each) => each.kind))];
    return kinds.map((kind) => `${sign}${some.filter((each) => each.kind === kind).length} ${kind}`);
  });
  return counts.join(", ");
}
