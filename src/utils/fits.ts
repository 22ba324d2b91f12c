import * as z from "zod";

/** Whether a value from JSON is as a schema wants it. */
type Check = (value: unknown) => boolean;

/** A schema that changes what it parses, or that this module does not know, is left to the parser. */
const leaveToParser: Check = () => false;

/**
 * Whether parsing a value from JSON by a schema would return an equal value. Then it need not be parsed, which takes
 * several times as long and makes a copy. False where in doubt, so parse it then: to find what is wrong, to fill in
 * defaults, to drop unknown fields.
 */
export function fits<Schema extends z.ZodType>(schema: Schema, value: unknown): value is z.output<Schema> {
  return compile(schema)(value);
}

const compiled = new WeakMap<z.core.$ZodType, Check>();

function compile(schema: z.core.$ZodType): Check {
  const check = compiled.get(schema) ?? build(schema);
  compiled.set(schema, check);
  return check;
}

function build(schema: z.core.$ZodType): Check {
  if (schema instanceof z.ZodString) return buildString(schema);
  if (schema instanceof z.ZodNumberFormat) return leaveToParser;
  if (schema instanceof z.ZodNumber) return buildNumber(schema);
  // Further conditions, such as those of `refine`.
  if ((schema._zod.def.checks ?? []).length > 0) return leaveToParser;
  if (schema instanceof z.ZodUnknown) return () => true;
  if (schema instanceof z.ZodBoolean) return (value) => typeof value === "boolean";
  if (schema instanceof z.ZodEnum) return buildEnum(schema);
  if (schema instanceof z.ZodArray) return buildArray(schema);
  if (schema instanceof z.ZodRecord) return buildRecord(schema);
  if (schema instanceof z.ZodObject) return buildObject(schema);
  if (schema instanceof z.ZodOptional) return compile(schema.def.innerType);
  if (schema instanceof z.ZodNullable) {
    const inner = compile(schema.def.innerType);
    return (value) => value === null || inner(value);
  }
  return leaveToParser;
}

const both =
  (first: Check, second: Check): Check =>
  (value) =>
    first(value) && second(value);

function buildString({ def: { checks = [] } }: z.ZodString): Check {
  const conditions = checks.map((check): Check => {
    if (!(check instanceof z.core.$ZodCheckRegex)) return leaveToParser;
    const { pattern } = check._zod.def;
    if (pattern.global || pattern.sticky) return leaveToParser;
    return (value) => typeof value === "string" && pattern.test(value);
  });
  return conditions.reduce(both, (value) => typeof value === "string");
}

function buildNumber({ def: { checks = [] } }: z.ZodNumber): Check {
  const conditions = checks.map((check): Check => {
    if (check instanceof z.core.$ZodCheckNumberFormat && check._zod.def.format === "safeint")
      return Number.isSafeInteger;
    if (!(check instanceof z.core.$ZodCheckGreaterThan)) return leaveToParser;
    const { value: limit, inclusive } = check._zod.def;
    const least = Number(limit);
    return (value) => typeof value === "number" && (value > least || (inclusive && value === least));
  });
  return conditions.reduce(both, Number.isFinite);
}

function buildEnum({ options }: z.ZodEnum): Check {
  const allowed = new Set<unknown>(options);
  return (value) => allowed.has(value);
}

function buildArray({ def: { element } }: z.ZodArray): Check {
  const check = compile(element);
  return (value) => Array.isArray(value) && value.every(check);
}

function buildRecord({ def: { keyType, valueType } }: z.ZodRecord): Check {
  // A record of an enumeration has to have all of its keys.
  if (!(keyType instanceof z.ZodString)) return leaveToParser;
  const [checkKey, checkValue] = [compile(keyType), compile(valueType)];
  return (value) => {
    if (!isObject(value)) return false;
    for (const key in value) if (!checkKey(key) || !checkValue(value[key])) return false;
    return true;
  };
}

function buildObject({ shape, def: { catchall } }: z.ZodObject): Check {
  const fields = new Map(Object.entries(shape).map(([key, field]) => [key, compile(field)]));
  const required = Object.keys(shape).filter((key) => shape[key]?._zod.optin !== "optional");
  const isLoose = catchall instanceof z.ZodUnknown;
  return (value) => {
    if (!isObject(value)) return false;
    for (const key in value) {
      const check = fields.get(key);
      if (check === undefined ? !isLoose : !check(value[key])) return false;
    }
    // Not `every`, whose function would have to be made each time.
    for (const key of required) if (!Object.hasOwn(value, key)) return false;
    return true;
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
