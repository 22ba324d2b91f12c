import {
  type CompleteRequest,
  ErrorCode,
  type ListResourcesResult,
  type ListResourceTemplatesResult,
  type ReadResourceResult,
} from "@modelcontextprotocol/sdk/types.js";
import { takePage } from "../../../tools/support/page.ts";
import { resources } from "../../resources/index.ts";
import type { Resource, ResourceName, Variables } from "../../resources/resource.ts";
import { describeError } from "../../utils/describe-error.ts";
import { ownValue } from "../../utils/own-value.ts";
import { RequestError } from "../request-error.ts";
import { formatAddress, hasVariables, resolveAddress, resourceNotFound } from "./address.ts";

/** The most that MCP allows in one answer. */
const mostValues = 100;
const pageSize = 50;

/** Lists one page of the resources. @throws RequestError */
export async function listResources(workspace: string, cursor?: string): Promise<ListResourcesResult> {
  const { page, next_cursor } = await takeListed(workspace, cursor).catch(refuse);
  return { resources: page, ...(next_cursor !== null && { nextCursor: next_cursor }) };
}

async function takeListed(workspace: string, cursor: string | undefined) {
  return takePage(await findListed(workspace), pageSize, cursor);
}

async function findListed(workspace: string): Promise<ListResourcesResult["resources"]> {
  const lists = await Promise.all(
    resources.map(async (resource) => {
      const found = await resource.list(workspace);
      return found.map((variables) => ({ ...describe(resource, variables), title: resource.title }));
    }),
  );
  return lists.flat();
}

/**
 * Names a resource only by its feature or run: an artifact's own name was chosen by a suite, and could say anything.
 */
function describe(resource: Resource, variables: Variables) {
  const of = variables.run_id ?? variables.feature_id;
  const name = of === undefined ? resource.name : `${resource.name} ${of}`;
  return { uri: formatAddress(resource, variables), name, ...findMimeType(resource) };
}

/** The type of an artifact is only known once it is read. */
function findMimeType({ media_type }: Resource): { mimeType?: string } {
  return media_type === "application/octet-stream" ? {} : { mimeType: media_type };
}

/** Builds the link to a resource that goes into an answer. */
export function linkResource(name: ResourceName, variables: Variables) {
  const resource = resources.find((each) => each.name === name);
  if (resource === undefined) throw new Error(`There is no kind of resource ${name}.`);
  return describe(resource, variables);
}

/** Lists the URIs of all listed resources, as one text. */
export async function describeListed(workspace: string): Promise<string> {
  return (await findListed(workspace)).map(({ uri }) => uri).join("\n");
}

export function listTemplates(): ListResourceTemplatesResult {
  const found = resources.filter(hasVariables);
  return {
    resourceTemplates: found.map((resource) => {
      const { name, title, description, template } = resource;
      return { uriTemplate: template, name, title, description, ...findMimeType(resource) };
    }),
  };
}

/** @throws RequestError */
export async function readResource(workspace: string, uri: string): Promise<ReadResourceResult> {
  const [resource, variables] = resolveAddress(resources, uri);
  const content = await resource.read(workspace, variables).catch(refuse);
  const { media_type: mimeType } = content;
  const body = "text" in content ? { text: content.text } : { blob: content.bytes.toString("base64") };
  return { contents: [{ uri, mimeType, ...body }] };
}

/** Lists the files on which a resource depends. @throws RequestError */
export async function findFiles(workspace: string, uri: string): Promise<string[]> {
  const [resource, variables] = resolveAddress(resources, uri);
  return resource.findFiles(workspace, variables).catch(refuse);
}

/** Completes a variable from what was typed so far. */
export async function completeVariable(
  workspace: string,
  template: string,
  { name, value }: CompleteRequest["params"]["argument"],
  given: Record<string, string> = {},
) {
  const resource = resources.find((each) => each.template === template);
  return limitValues(await findValues(workspace, resource, name, given), value);
}

/** Completes a feature id from what was typed so far. */
export async function completeFeature(workspace: string, value: string) {
  const plan = resources.find(({ name }) => name === "plan");
  return limitValues(await findValues(workspace, plan, "feature_id", {}), value);
}

/** Returns none if the other variables are invalid. */
async function findValues(
  workspace: string,
  resource: Resource | undefined,
  name: string,
  given: Record<string, string>,
): Promise<string[]> {
  const complete = ownValue(resource?.complete, name);
  return (await complete?.(workspace, given).catch(() => [])) ?? [];
}

function limitValues(found: string[], typed: string) {
  const matching = found.filter((each) => each.startsWith(typed));
  return {
    values: matching.slice(0, mostValues),
    total: matching.length,
    hasMore: matching.length > mostValues,
  };
}

function refuse(thrown: unknown): never {
  const { code, message, hint } = describeError(thrown);
  const isUnknown = code.startsWith("unknown_") || ["experiment_closed", "no_experiments"].includes(code);
  const isInvalid = code.startsWith("invalid_") || code === "artifact_too_large";
  const rpcCode = isUnknown
    ? resourceNotFound
    : isInvalid
      ? ErrorCode.InvalidParams
      : ErrorCode.InternalError;
  throw new RequestError(rpcCode, `${message} ${hint}`, { code });
}
