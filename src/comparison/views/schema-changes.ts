import type { SchemaChange, SchemaRisk } from "../../../schemas/comparison/schema-change.ts";
import type { SchemaComparison } from "../../../schemas/comparison/schema-comparison.ts";

/** A change, and all experiments that make the same one. */
export interface SharedChange {
  change: SchemaChange;
  experiments: string[];
  /** Whether others change the same object differently. */
  collides: boolean;
  /** Its effects on large tables. */
  risks: SchemaRisk[];
}

/** Lists each change once, sorted by object, so that different changes to one object appear together. */
export function shareChanges({ differences, collisions, risks }: SchemaComparison): SharedChange[] {
  const shared = new Map<string, SharedChange>();
  for (const { experiment_slug, changes } of differences) {
    for (const change of changes) {
      const { kind, object, aspects, contains } = change;
      const key = JSON.stringify([object, kind, change.change, aspects, contains]);
      const found = shared.get(key) ?? { change, experiments: [], collides: false, risks: [] };
      found.collides ||= collisions.some(
        (each) => each.kind === kind && each.object === object && each.experiments.includes(experiment_slug),
      );
      const own = risks.filter((risk) => risk.experiment_slug === experiment_slug && risk.object === object);
      found.experiments.push(experiment_slug);
      found.risks.push(...own.filter((risk) => !found.risks.some((known) => isSame(known, risk))));
      shared.set(key, found);
    }
  }
  return [...shared.values()].sort((a, b) => compareText(a.change.object, b.change.object));
}

function isSame(a: SchemaRisk, b: SchemaRisk): boolean {
  return a.effect === b.effect && a.table === b.table;
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
