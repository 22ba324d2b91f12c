/** Types whose stored values are valid for other types as they are, if those set no limit. */
const sameBytes: Record<string, string[]> = {
  "character varying": ["text", "citext", "bpchar"],
  text: ["character varying", "citext", "bpchar"],
  citext: ["text", "character varying", "bpchar"],
  xml: ["text", "character varying"],
  bit: ["bit varying"],
  cidr: ["inet"],
  integer: ["oid"],
};

const growing = /^(character varying|bit varying|numeric|interval|time(stamp)? with(out)? time zone)$/;

interface Type {
  name: string;
  length: number;
  scale: string;
}

/**
 * True if a column's type can change without rewriting any stored value. From `timestamp` to `timestamptz` it cannot:
 * only a session in UTC avoids the rewrite.
 */
export function keepsStoredValues(from: string, to: string): boolean {
  const [old, now] = [parseType(from), parseType(to)];
  const isUnlimited = now.length === Number.POSITIVE_INFINITY;
  if (old.name !== now.name) return isUnlimited && sameBytes[old.name]?.includes(now.name) === true;
  if (!growing.test(old.name)) return false;
  return isUnlimited || (now.length >= old.length && now.scale === old.scale);
}

/**
 * Splits types such as `timestamp(3) without time zone` and `numeric(10,2)` into parts, and strips the schema of an
 * extension's type.
 */
function parseType(type: string): Type {
  const parts = /^([^(]+)(?:\((\d+)(?:,(-?\d+))?\))?(.*)$/.exec(type);
  const [, start = type, length, scale = "", end = ""] = parts ?? [];
  return {
    name: `${start}${end}`.replace(/^.*\.citext$/, "citext"),
    length: length === undefined ? Number.POSITIVE_INFINITY : Number(length),
    scale,
  };
}
