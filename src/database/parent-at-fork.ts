import { ownValue } from "../utils/own-value.ts";
import { hashObject, identifyObject, indexObjects } from "./objects.ts";
import type { SchemaObject, SchemaSnapshot } from "./snapshot.ts";

/**
 * Takes back what has changed in a parent's schema since a branch was forked from it, as far as the branch has its
 * objects as they were then.
 * @param atFork the hash of each object that the branch began with
 */
export function restoreParent(
  parent: SchemaSnapshot,
  branch: SchemaSnapshot,
  atFork: Readonly<Record<string, string>>,
): SchemaSnapshot {
  const [parents, own] = [indexObjects(parent), indexObjects(branch)];
  const isAsForked = (object: SchemaObject | undefined, identity: string) =>
    (object && hashObject(object)) === ownValue(atFork, identity);
  const hasOnlyParentChanged = (object: SchemaObject) => {
    const identity = identifyObject(object);
    return isAsForked(own.get(identity), identity) && !isAsForked(parents.get(identity), identity);
  };
  return [
    ...parent.filter((object) => !hasOnlyParentChanged(object)),
    ...branch.filter((object) => hasOnlyParentChanged(object)),
  ];
}
