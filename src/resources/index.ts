import { artifactResource } from "./artifact.ts";
import { comparisonMarkdown, comparisonPage } from "./comparison.ts";
import { planResource } from "./plan.ts";
import { planSchemaResource } from "./plan-schema.ts";
import type { Resource } from "./resource.ts";
import { runResource } from "./run.ts";

/** Every kind of resource, in the order in which clients list them. */
export const resources: readonly Resource[] = [
  planSchemaResource,
  planResource,
  comparisonMarkdown,
  comparisonPage,
  runResource,
  artifactResource,
];
