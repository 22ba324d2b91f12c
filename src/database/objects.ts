import type { SchemaObject, SchemaSnapshot } from "./snapshot.ts";

/** Objects by identity. */
export type SchemaObjects = ReadonlyMap<string, SchemaObject>;

export function byIdentity(objects: SchemaSnapshot): SchemaObjects {
  return new Map(objects.map((object) => [identifyObject(object), object]));
}

/** Kind and name: no two objects of a database have both in common. */
export function identifyObject({ kind, name }: Pick<SchemaObject, "kind" | "name">): string {
  return `${kind} ${name}`;
}

/** Objects that are a part of none of the others, each with its parts, and parts of parts. */
export function groupParts(list: SchemaSnapshot): { whole: SchemaObject; parts: SchemaObject[] }[] {
  const objects = byIdentity(list);
  const groups = new Map<SchemaObject, SchemaObject[]>();
  for (const object of list) {
    const whole = findAncestors(object, objects).at(-1) ?? object;
    const parts = groups.get(whole) ?? [];
    groups.set(whole, parts);
    if (whole !== object) parts.push(object);
  }
  return [...groups].map(([whole, parts]) => ({ whole, parts }));
}

/** What objects are parts of or name in their definitions, as identities, without themselves. */
export function findFoundations(group: SchemaObject[], objects: SchemaObjects): string[] {
  const own = new Set(group.map(identifyObject));
  return group
    .flatMap((object) => [...object.uses, ...findAncestors(object, objects).map(identifyObject)])
    .filter((each) => !own.has(each));
}

/** The object that it is a part of, the one that that is a part of, and so on. */
function findAncestors({ parent }: SchemaObject, objects: SchemaObjects): SchemaObject[] {
  const whole = objects.get(parent ?? "");
  return whole === undefined ? [] : [whole, ...findAncestors(whole, objects)];
}
