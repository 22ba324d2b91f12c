import * as z from "zod";

/** A JSON Schema, as far as the name of its type needs it. */
const typeNodeSchema = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  description: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  required: z.array(z.string()).default([]),
  get properties() {
    return z.record(z.string(), typeNodeSchema).optional();
  },
  get items() {
    return typeNodeSchema.optional();
  },
  get anyOf() {
    return z.array(typeNodeSchema).optional();
  },
  get oneOf() {
    return z.array(typeNodeSchema).optional();
  },
  get additionalProperties() {
    return z.union([typeNodeSchema, z.boolean()]).optional();
  },
});
export type TypeNode = z.infer<typeof typeNodeSchema>;

/** The fields of an object's JSON Schema, in order. */
export function readFields(schema: unknown) {
  const { properties = {}, required } = typeNodeSchema.parse(schema);
  return Object.entries(properties).map(([name, node]) => ({
    name,
    node,
    isRequired: required.includes(name),
  }));
}

/** A type as TypeScript writes it: `"queued" | "running"`, `{ name, path }[]`. Objects show the names of their fields. */
export function nameType(node: TypeNode): string {
  if (node.const !== undefined) return JSON.stringify(node.const);
  if (node.enum !== undefined) return node.enum.map((value) => JSON.stringify(value)).join(" | ");
  const options = node.anyOf ?? node.oneOf;
  if (options !== undefined) return [...new Set(options.map(nameType))].join(" | ");
  if (Array.isArray(node.type)) return node.type.join(" | ");
  if (node.type === "array") return nameList(node.items);
  if (node.type === "object") return nameObject(node);
  return node.type ?? "unknown";
}

function nameList(items: TypeNode | undefined): string {
  const name = items === undefined ? "unknown" : nameType(items);
  return name.includes(" | ") ? `(${name})[]` : `${name}[]`;
}

function nameObject(node: TypeNode): string {
  const names = readFields(node).map(({ name, isRequired }) => (isRequired ? name : `${name}?`));
  if (names.length > 0) return `{ ${names.join(", ")} }`;
  return typeof node.additionalProperties === "object" && node.additionalProperties.type !== undefined
    ? `{ [name]: ${nameType(node.additionalProperties)} }`
    : "object";
}
