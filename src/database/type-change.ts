/** Types whose values another type takes as they are, where it sets no limit of its own. */
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
 * Whether a column's type can change with every stored value left as it is. From `timestamp` to `timestamptz` it
 * cannot: only a session in UTC is spared the rewrite.
 */
export function keepsStoredValues(from: string, to: string): boolean {
  const [old, now] = [parseType(from), parseType(to)];
  const isUnlimited = now.length === Number.POSITIVE_INFINITY;
  if (old.name !== now.name) return isUnlimited && sameBytes[old.name]?.includes(now.name) === true;
  if (!growing.test(old.name)) return false;
  return isUnlimited || (now.length >= old.length && now.scale === old.scale);
}

/** `timestamp(3) without time zone` and `numeric(10,2)`, apart; an extension's type without its schema. */
function parseType(type: string): Type {
  const parts = /^([^(]+)(?:\((\d+)(?:,(-?\d+))?\))?(.*)$/.exec(type);
  const [, start = type, length, scale = "", end = ""] = parts ?? [];
  return {
    name: `${start}${end}`.replace(/^.*\.citext$/, "citext"),
    length: length === undefined ? Number.POSITIVE_INFINITY : Number(length),
    scale,
  };
}
