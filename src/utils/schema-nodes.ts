import * as z from "zod";

type Path = readonly PropertyKey[];

/** Finds the schemas for the value at a path: several if a union leaves it open. */
function findSchemas(schema: z.core.$ZodType, path: Path): z.core.$ZodType[] {
  const layers = unwrap(schema);
  const [key, ...rest] = path;
  if (key === undefined) return layers;
  return layers
    .flatMap((layer) => findChildren(layer, String(key)))
    .flatMap((child) => findSchemas(child, rest));
}

/**
 * Lists the keys allowed in the objects at a path; empty if any key is. Fields that accept any value belong to other
 * tools, and are not named.
 */
export function findKeys(schema: z.core.$ZodType, path: Path): string[] {
  const objects = findSchemas(schema, path).filter((layer) => layer instanceof z.ZodObject);
  const fields = objects.flatMap(({ shape }) => Object.entries<z.core.$ZodType>(shape));
  const ours = fields.filter(([, field]) => !unwrap(field).some((layer) => layer instanceof z.ZodUnknown));
  return [...new Set(ours.map(([key]) => key))];
}

/** Finds an example for the value at a path, or for the nearest enclosing value that has one, and its path. */
export function findExample(schema: z.core.$ZodType, path: Path): { path: Path; value: unknown } | undefined {
  for (let length = path.length; length > 0; length--) {
    const place = path.slice(0, length);
    for (const layer of findSchemas(schema, place)) {
      const examples = z.globalRegistry.get(layer)?.examples;
      if (Array.isArray(examples)) return { path: place, value: examples[0] };
    }
  }
  return undefined;
}

/** Returns a schema and the schemas inside it that see the same value. */
function unwrap(schema: z.core.$ZodType): z.core.$ZodType[] {
  return [schema, ...listInner(schema).flatMap(unwrap)];
}

function listInner(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  if (schema instanceof z.ZodUnion) return schema.options;
  if (schema instanceof z.ZodPipe) return [schema.in];
  const isWrapper =
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodCatch;
  return isWrapper ? [schema.unwrap()] : [];
}

function findChildren(schema: z.core.$ZodType, key: string): z.core.$ZodType[] {
  if (schema instanceof z.ZodObject) return Object.hasOwn(schema.shape, key) ? [schema.shape[key]] : [];
  if (schema instanceof z.ZodRecord) return [schema.valueType];
  return schema instanceof z.ZodArray ? [schema.element] : [];
}
