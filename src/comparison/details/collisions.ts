import type { SchemaChange } from "../../../schemas/comparison/schema-change.ts";
import type { SchemaComparison } from "../../../schemas/comparison/schema-comparison.ts";
import { listSlugs } from "../../experiments/list-slugs.ts";
import { groupBy } from "../../utils/group-by.ts";

/** The schema changes of one experiment, relative to its parent. */
export interface ExperimentChanges {
  experiment_slug: string;
  changes: SchemaChange[];
}

/** One experiment's change to one object. */
interface ObjectChange {
  slug: string;
  change: SchemaChange;
  /** Equal for identical changes. */
  signature: string;
}

type Collisions = Map<string, { change: SchemaChange; slugs: Set<string> }>;

/**
 * Finds objects that two experiments change differently, even if they are of different kinds with the same name. If one
 * experiment removes an object and another changes something that is part of it or refers to it, both objects collide.
 */
export function findCollisions(all: ExperimentChanges[]): SchemaComparison["collisions"] {
  const objectChanges = all.flatMap(({ experiment_slug, changes }) =>
    changes.map((change) => ({ slug: experiment_slug, change, signature: fingerprint(change) })),
  );
  const found: Collisions = new Map();
  for (const group of groupBy(objectChanges, ({ change }) => formatName(change)).values())
    collideByName(group, found);
  collideByRemoval(objectChanges, found);
  const identities = new Set(objectChanges.map(({ change }) => identify(change)));
  return [...identities].flatMap((identity) => {
    const collision = found.get(identity);
    if (collision === undefined) return [];
    const { change, slugs } = collision;
    const experiments = listSlugs(all).filter((slug) => slugs.has(slug));
    return [{ kind: change.kind, object: change.object, experiments }];
  });
}

/** Finds names to which two experiments each do something that the other does not. */
function collideByName(objectChanges: ObjectChange[], found: Collisions): void {
  const bySlug = new Map(
    [...groupBy(objectChanges, ({ slug }) => slug)].map(([slug, own]) => [
      slug,
      new Set(own.map(({ signature }) => signature)),
    ]),
  );
  // Experiments that make the same changes form one variant, so the cost depends on the variants, not the experiments.
  const variants = [
    ...groupBy([...bySlug.values()], (variant) => [...variant].sort().join("\n")).values(),
  ].flatMap((alike) => alike.slice(0, 1));
  const apart = objectChanges.filter(({ slug, signature }) => {
    const own = bySlug.get(slug) ?? new Set();
    return variants.some(
      (variant) => !variant.has(signature) && [...variant].some((theirs) => !own.has(theirs)),
    );
  });
  const slugs = apart.map(({ slug }) => slug);
  for (const [first] of groupBy(apart, ({ change }) => identify(change)).values())
    if (first !== undefined) add(found, first.change, slugs);
}

/** Finds objects that one experiment removes and another builds on. */
function collideByRemoval(objectChanges: ObjectChange[], found: Collisions): void {
  const authors = groupBy(objectChanges, ({ signature }) => signature);
  const removals = groupBy(
    objectChanges.filter(({ change }) => change.change === "removed"),
    ({ change }) => identify(change),
  );
  for (const { slug, change, signature } of objectChanges) {
    for (const foundation of change.rests_on ?? []) {
      const removed = removals.get(foundation) ?? [];
      if (removed.length === 0 || removed.some((each) => each.slug === slug)) continue;
      const alike = new Set(authors.get(signature)?.map((each) => each.slug));
      for (const remover of removed.filter((each) => !alike.has(each.slug))) {
        add(found, remover.change, [remover.slug, slug]);
        add(found, change, [remover.slug, slug]);
      }
    }
  }
}

function add(found: Collisions, change: SchemaChange, slugs: string[]): void {
  const collision = found.get(identify(change)) ?? { change, slugs: new Set() };
  for (const slug of slugs) collision.slugs.add(slug);
  found.set(identify(change), collision);
}

function identify({ kind, object }: SchemaChange): string {
  return `${kind} ${object}`;
}

function fingerprint({ kind, object, change, aspects, contains }: SchemaChange): string {
  return JSON.stringify([kind, object, change, Object.entries(aspects).sort(), contains]);
}

/** Kinds that share one namespace. */
const namespaces = new Map<SchemaChange["kind"], string>([
  ...(["table", "view", "sequence", "index", "type"] as const).map((kind) => [kind, "relation"] as const),
  ["foreign_key", "constraint"],
]);

/** Objects with the same qualified name rarely coexist: a view cannot have the name of a table. */
function formatName({ kind, object }: SchemaChange): string {
  return `${namespaces.get(kind) ?? kind} ${object}`;
}
