import { isDeepStrictEqual } from "node:util";
import type { SchemaChange } from "../../schemas/comparison/schema-change.ts";
import { maskLogins } from "../utils/text/mask-logins.ts";
import { findFoundations, groupParts, identifyObject, indexObjects, type SchemaObjects } from "./objects.ts";
import { findRisks } from "./risks.ts";
import type { SchemaObject, SchemaSnapshot } from "./snapshot.ts";

/** An object on both sides, and the parts that were added or removed with it. */
interface Step {
  change: SchemaChange["change"];
  object: SchemaObject;
  old?: SchemaObject;
  now?: SchemaObject;
  parts: SchemaObject[];
}

/**
 * Lists the changes from one schema to another, sorted by kind and name. Parts of an added or removed object are listed
 * with it, and changes to a partition that only repeat those of its partitioned table are left out. A renamed object
 * counts as one removed and one added.
 */
export function diffSchemas(from: SchemaSnapshot, to: SchemaSnapshot): SchemaChange[] {
  const [before, after] = [indexObjects(from), indexObjects(to)];
  const steps = listSteps(before, after).map((step) => ({
    object: step.object,
    change: describeStep(step, before, after),
  }));
  const found = new Map(steps.map(({ object, change }) => [identifyObject(object), change]));
  return steps
    .filter(({ object, change }) => !repeatsParent(change, object, after, found))
    .map(({ object, change }) => {
      const risks = findRisks(change, object, { before, after });
      return withoutLogins(risks.length === 0 ? change : { ...change, risks });
    })
    .sort((a, b) => (`${a.kind} ${a.object}` < `${b.kind} ${b.object}` ? -1 : 1));
}

function withoutLogins({ object, aspects, contains, rests_on, ...change }: SchemaChange): SchemaChange {
  return {
    ...change,
    object: maskLogins(object),
    aspects: Object.fromEntries(
      Object.entries(aspects).map(([name, { from, to }]) => [
        name,
        { from: from && maskLogins(from), to: to && maskLogins(to) },
      ]),
    ),
    ...(contains && { contains: contains.map(maskLogins) }),
    ...(rests_on && { rests_on: rests_on.map(maskLogins) }),
  };
}

function listSteps(before: SchemaObjects, after: SchemaObjects): Step[] {
  const removed = groupParts([...before.values()].filter((object) => !after.has(identifyObject(object))));
  const added = groupParts([...after.values()].filter((object) => !before.has(identifyObject(object))));
  return [
    ...removed.map(({ whole, parts }): Step => ({ change: "removed", object: whole, old: whole, parts })),
    ...added.map(({ whole, parts }): Step => ({ change: "added", object: whole, now: whole, parts })),
    ...[...after.values()].flatMap((now): Step[] => {
      const old = before.get(identifyObject(now));
      if (old === undefined || isDeepStrictEqual(old.aspects, now.aspects)) return [];
      return [{ change: "changed", object: now, old, now, parts: [] }];
    }),
  ];
}

function describeStep(
  { change, object, old, now, parts }: Step,
  before: SchemaObjects,
  after: SchemaObjects,
): SchemaChange {
  const [from, to] = [old?.aspects ?? {}, now?.aspects ?? {}];
  const differing = [...new Set([...Object.keys(from), ...Object.keys(to)])]
    .filter((name) => from[name] !== to[name])
    .sort();
  const foundations = [
    ...(old === undefined ? [] : findFoundations([old, ...parts], before)),
    ...(now === undefined ? [] : findFoundations([now, ...parts], after)),
  ];
  return {
    change,
    kind: object.kind,
    object: object.name,
    aspects: Object.fromEntries(
      differing.map((name) => [name, { from: from[name] ?? null, to: to[name] ?? null }]),
    ),
    ...(parts.length > 0 && { contains: parts.map((part) => describePart(part, object)) }),
    ...(foundations.length > 0 && { rests_on: [...new Set(foundations)].sort() }),
  };
}

/** Describes everything that can differ between two sides: if two parts are equal, so are their descriptions. */
function describePart({ kind, name, aspects }: SchemaObject, whole: SchemaObject): string {
  const short = name.startsWith(`${whole.name}.`) ? name.slice(whole.name.length + 1) : name;
  const { definition, type, nullable, ...others } = aspects;
  const words = [
    `${kind} ${short} ${definition ?? type ?? ""}`.trim(),
    ...(nullable === undefined || nullable === "yes" ? [] : [`nullable ${nullable}`]),
    ...Object.entries(others).map(([aspect, value]) => `${aspect} ${value}`),
  ];
  return words.join("; ");
}

/** True if a part of a partition changes in the same way as that of its partitioned table. */
function repeatsParent(
  { change, aspects }: SchemaChange,
  { kind, name, parent }: SchemaObject,
  after: SchemaObjects,
  found: ReadonlyMap<string, SchemaChange>,
): boolean {
  const partition = after.get(parent ?? "");
  const partitioned = after.get(partition?.parent ?? "");
  if (partition?.kind !== "table" || partitioned?.kind !== "table") return false;
  const same = found.get(`${kind} ${partitioned.name}${name.slice(partition.name.length)}`);
  return same?.change === change && isDeepStrictEqual(same.aspects, aspects);
}
