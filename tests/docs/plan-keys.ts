import * as z from "zod";
import { kitBudget, kitPlan } from "../../schemas/plan/kit-plan.ts";
import { planSchema } from "../../schemas/plan/plan.ts";
import { makeExample } from "../../src/plans/example.ts";
import { formatPlan } from "../../src/plans/format-plan.ts";
import { findExample } from "../../src/utils/schema-nodes.ts";

/** A JSON Schema, as far as a reader of the reference needs it. */
const nodeSchema = z.looseObject({
  type: z.string().optional(),
  description: z.string().optional(),
  examples: z.array(z.unknown()).optional(),
  default: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  get properties() {
    return z.record(z.string(), nodeSchema).optional();
  },
  get anyOf() {
    return z.array(nodeSchema).optional();
  },
  get oneOf() {
    return z.array(nodeSchema).optional();
  },
  get additionalProperties() {
    return z.union([nodeSchema, z.boolean()]).optional();
  },
  required: z.array(z.string()).optional(),
});
type Node = z.infer<typeof nodeSchema>;

const kits = [...Object.keys(kitPlan), ...Object.keys(kitBudget)];

/** The whole example, as create_plan answers with it. */
export function renderExample(): string {
  const example = makeExample();
  const blocks = Object.entries(example).map(([name, value]) => `\`${name}\`\n\n${json(value)}`);
  return blocks.join("\n\n");
}

/** Every key of a plan, with what it is for, its default and an example. */
export function renderKeys(): string {
  const root = nodeSchema.parse(z.toJSONSchema(planSchema, { io: "input" }));
  const ours = Object.entries(root.properties ?? {}).filter(([key]) => !kits.includes(key));
  const sections = ours.map(([key, node]) => {
    const isRequired = root.required?.includes(key) === true ? " Required." : "";
    const parts = listParts(node, "");
    return [
      `### \`${key}\``,
      `${describe(key, node)}${isRequired}`,
      json({ [key]: findExample(planSchema, [key])?.value }),
      parts,
    ]
      .filter((part) => part !== "")
      .join("\n\n");
  });
  const others = kits.map((key) => `\`${key}\``).join(", ");
  return `${sections.join("\n\n")}\n\nThe keys that plans of the lakebase-app-dev-kit have in addition (${others}) are accepted, kept, and otherwise ignored.`;
}

/** The keys within a key, those of a suite within `suites`. */
function listParts(node: Node, prefix: string): string {
  const entry = typeof node.additionalProperties === "object" ? node.additionalProperties : undefined;
  const kinds = (entry?.anyOf ?? [entry ?? node]).filter(({ properties }) => properties !== undefined);
  const lines = (kinds.length > 0 ? kinds : [node]).flatMap((inner) => listKeys(inner, prefix));
  return [...new Set(lines)].join("\n");
}

function listKeys(inner: Node, prefix: string): string[] {
  return Object.entries(inner.properties ?? {})
    .filter(([key]) => !Object.hasOwn(kitBudget, key))
    .flatMap(([key, part]) => [
      `- \`${prefix}${key}\`${inner.required?.includes(key) === true ? " (required)" : ""}: ${describe(key, part)} ${readExample(key, part, prefix !== "")}`.trimEnd(),
      ...alternatives(part).flatMap((each) => listParts(each, `${prefix}${key}.`)),
    ])
    .filter((line) => line !== "");
}

/** The objects that a key may hold. */
const alternatives = ({ oneOf = [], ...node }: Node) =>
  [node, ...oneOf].filter(({ properties }) => Object.keys(properties ?? {}).length > 1);

/** What lies in a part that has an example needs none. */
function readExample(
  key: string,
  { examples, type, enum: options, default: value }: Node,
  isWithin: boolean,
): string {
  if (examples?.[0] !== undefined && examples[0] === value) return "";
  if (examples?.[0] !== undefined) return `Example: \`${JSON.stringify(examples[0])}\`.`;
  if (options !== undefined)
    return `One of ${options.map((option) => `\`${JSON.stringify(option)}\``).join(", ")}.`;
  // Steps lose theirs on the way to JSON Schema, since they are transformed; the key around them shows one.
  if (isWithin || type === undefined) return "";
  throw new Error(`The key ${key} (${type}) of a plan has no example: give it one in schemas/plan.ts.`);
}

function describe(key: string, { description, default: value, minimum, maximum }: Node): string {
  if (description === undefined)
    throw new Error(`The key ${key} of a plan has no description: give it one in schemas/plan.ts.`);
  const isBounded = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  const range = isBounded ? ` From ${minimum} to ${maximum}.` : "";
  const isTelling = value !== undefined && JSON.stringify(value) !== "{}";
  return `${description}${range}${isTelling ? ` Default: \`${JSON.stringify(value)}\`.` : ""}`;
}

/** As a block of code. */
export const json = (value: unknown) => `\`\`\`json\n${formatPlan(value)}\`\`\``;
