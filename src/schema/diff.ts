import type { SchemaChange } from "../../schemas/schema-change.ts";
import { risksOf } from "./risks.ts";
import type { SchemaObject, SchemaSnapshot } from "./snapshot.ts";

/**
 * What leads from one schema to the other, sorted by kind and name. Parts of a table that came or went stand with
 * their table. A renamed object is one removed and one added.
 */
export function diffSchemas(from: SchemaSnapshot, to: SchemaSnapshot): SchemaChange[] {
  const before = byIdentity(from);
  const after = byIdentity(to);
  const removed = from.filter((object) => !after.has(identity(object)));
  const added = to.filter((object) => !before.has(identity(object)));
  const kept = to.flatMap((object) => {
    const old = before.get(identity(object));
    return old === undefined ? [] : [{ old, object }];
  });
  const changes = [
    ...withoutParts(removed).map((object) => change("removed", object, undefined, removed)),
    ...withoutParts(added).map((object) => change("added", undefined, object, added)),
    ...kept.filter(isChanged).map(({ old, object }) => change("changed", old, object, [])),
  ];
  const tables = new Map(
    from.filter((object) => object.kind === "table").map((table) => [table.name, table]),
  );
  return changes
    .map((each) => withRisks(each, tables))
    .sort((a, b) => (`${a.kind} ${a.object}` < `${b.kind} ${b.object}` ? -1 : 1));
}

function identity({ kind, name }: SchemaObject): string {
  return `${kind} ${name}`;
}

function byIdentity(objects: SchemaSnapshot): Map<string, SchemaObject> {
  return new Map(objects.map((object) => [identity(object), object]));
}

function withoutParts(objects: SchemaObject[]): SchemaObject[] {
  const tables = new Set(objects.filter((object) => object.kind === "table").map((table) => table.name));
  return objects.filter((object) => object.parent === null || !tables.has(object.parent));
}

function isChanged({ old, object }: { old: SchemaObject; object: SchemaObject }): boolean {
  return aspectNames(old, object).some((name) => old.aspects[name] !== object.aspects[name]);
}

function aspectNames(...objects: (SchemaObject | undefined)[]): string[] {
  return [...new Set(objects.flatMap((object) => Object.keys(object?.aspects ?? {})))].sort();
}

function change(
  kind: SchemaChange["change"],
  from: SchemaObject | undefined,
  to: SchemaObject | undefined,
  siblings: SchemaObject[],
): SchemaChange & { parent: string | null } {
  const object = to ?? from;
  if (object === undefined) throw new TypeError("a change has at least one side");
  const differing = aspectNames(from, to).filter((name) => from?.aspects[name] !== to?.aspects[name]);
  const parts = object.kind === "table" ? siblings.filter((each) => each.parent === object.name) : [];
  return {
    change: kind,
    kind: object.kind,
    object: object.name,
    parent: object.parent,
    aspects: Object.fromEntries(
      differing.map((name) => [name, { from: from?.aspects[name] ?? null, to: to?.aspects[name] ?? null }]),
    ),
    ...(parts.length > 0 && { contains: parts.map(describePart) }),
  };
}

function describePart({ kind, name, parent, aspects }: SchemaObject): string {
  const short = parent !== null && name.startsWith(`${parent}.`) ? name.slice(parent.length + 1) : name;
  return `${kind} ${short} ${aspects.definition ?? aspects.type ?? ""}`.trim();
}

function withRisks(
  { parent, ...each }: SchemaChange & { parent: string | null },
  tables: Map<string, SchemaObject>,
): SchemaChange {
  const table = tables.get(parent ?? each.object);
  const risks = table === undefined ? [] : risksOf(each, table, tables);
  return risks.length === 0 ? each : { ...each, risks };
}
