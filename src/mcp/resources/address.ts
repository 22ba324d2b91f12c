import { UriTemplate } from "@modelcontextprotocol/sdk/shared/uriTemplate.js";
import type { Resource, Variables } from "../../resources/resource.ts";
import { RequestError } from "../request-error.ts";

/** MCP's code for a resource that does not exist. */
export const resourceNotFound = -32_002;

/** Formats the URI of one resource of a kind. */
export function formatAddress({ template }: Resource, variables: Variables): string {
  return new UriTemplate(template).expand({ ...variables });
}

export function hasVariables({ template }: Resource): boolean {
  return new UriTemplate(template).variableNames.length > 0;
}

/** Finds the kind of resource that a URI belongs to, and its variables. @throws RequestError if there is none */
export function resolveAddress(resources: readonly Resource[], uri: string): [Resource, Variables] {
  for (const resource of resources) {
    const found = new UriTemplate(resource.template).match(uri);
    const variables = found === null ? undefined : decode(found);
    if (variables !== undefined) return [resource, variables];
  }
  throw new RequestError(
    resourceNotFound,
    `There is no resource ${uri}. resources/templates/list shows the valid forms.`,
  );
}

/** Returns undefined if an escape sequence is invalid. */
function decode(found: Record<string, string | string[]>): Variables | undefined {
  try {
    const decoded = Object.entries(found).map(([name, value]) => [name, decodeURIComponent(String(value))]);
    return Object.fromEntries(decoded);
  } catch {
    return undefined;
  }
}
