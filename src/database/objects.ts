import { createHash } from "node:crypto";
import type { SchemaObject, SchemaSnapshot } from "./snapshot.ts";

/** Objects by identity. */
export type SchemaObjects = ReadonlyMap<string, SchemaObject>;

export function indexObjects(objects: SchemaSnapshot): SchemaObjects {
  return new Map(objects.map((object) => [identifyObject(object), object]));
}

/** Kind and name together are unique in a database. */
export function identifyObject({ kind, name }: Pick<SchemaObject, "kind" | "name">): string {
  return `${kind} ${name}`;
}

/** Returns a hash of each object's definition, by kind and name. */
export function hashObjects(snapshot: SchemaSnapshot): Record<string, string> {
  return Object.fromEntries(snapshot.map((object) => [identifyObject(object), hashObject(object)]));
}

export function hashObject(object: SchemaObject): string {
  const aspects = Object.entries(object.aspects).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(aspects)).digest("hex").slice(0, 12);
}

/** Groups objects under those that are not part of another one, each with its parts and their parts. */
export function groupParts(list: SchemaSnapshot): { whole: SchemaObject; parts: SchemaObject[] }[] {
  const objects = indexObjects(list);
  const groups = new Map<SchemaObject, SchemaObject[]>();
  for (const object of list) {
    const whole = findAncestors(object, objects).at(-1) ?? object;
    const parts = groups.get(whole) ?? [];
    groups.set(whole, parts);
    if (whole !== object) parts.push(object);
  }
  return [...groups].map(([whole, parts]) => ({ whole, parts }));
}

/** Lists the identities of the objects that a group is part of or refers to, excluding the group itself. */
export function findFoundations(group: SchemaObject[], objects: SchemaObjects): string[] {
  const own = new Set(group.map(identifyObject));
  return group
    .flatMap((object) => [...object.uses, ...findAncestors(object, objects).map(identifyObject)])
    .filter((each) => !own.has(each));
}

/** Lists the object it is part of, the object that one is part of, and so on. */
function findAncestors({ parent }: SchemaObject, objects: SchemaObjects): SchemaObject[] {
  const whole = objects.get(parent ?? "");
  return whole === undefined ? [] : [whole, ...findAncestors(whole, objects)];
}
