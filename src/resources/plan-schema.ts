import * as z from "zod";
import { planSchema } from "../../schemas/plan/plan.ts";
import type { Resource } from "./resource.ts";

/** The format of plan.json, for editors and for agents that write one. */
export const planSchemaResource: Resource = {
  name: "plan-schema",
  title: "JSON Schema of plan.json",
  description: "Every key of a plan, with its meaning, default and examples.",
  media_type: "application/schema+json",
  template: "lakebase://plan.schema.json",
  list: async () => [{}],
  complete: {},
  read: async () => ({
    media_type: "application/schema+json",
    text: JSON.stringify(z.toJSONSchema(planSchema, { io: "input" }), null, 2),
  }),
  findFiles: async () => [],
};
