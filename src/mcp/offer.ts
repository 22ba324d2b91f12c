import type { Tool as ListedTool } from "@modelcontextprotocol/sdk/types.js";
import { featureIdSchema } from "../../schemas/names.ts";
import { CoreError } from "../utils/core-error.ts";
import { parseAs } from "../utils/parse.ts";

/** What a session is offered of the tools. A model pays for each in every session, and can misuse each. */
export interface Offer {
  /** Only tools that change nothing. */
  isReadOnly: boolean;
  /** Only tools of these names; undefined for all. */
  names?: ReadonlySet<string> | undefined;
  /** The feature that every call is about, so that no call has to name it. */
  feature_id?: string | undefined;
}

/** As the command line takes them. */
export interface OfferFlags {
  "read-only"?: boolean | undefined;
  tools?: string | undefined;
  feature?: string | undefined;
}

type Groups = Readonly<Record<string, readonly { name: string }[]>>;

/**
 * @param loadGroups asked only where groups are named: it loads every tool
 * @throws CoreError `invalid_input` for a group that there is not, and for a feature that cannot be one
 */
export async function readOffer(flags: OfferFlags, loadGroups: () => Promise<Groups>): Promise<Offer> {
  const { "read-only": isReadOnly = false, tools, feature } = flags;
  const names = tools === undefined ? undefined : namesIn(tools.split(","), await loadGroups());
  const problem = { code: "invalid_input" as const, subject: "--feature", hint: "Give the id of a feature." };
  const feature_id = feature === undefined ? undefined : parseAs(featureIdSchema, feature, problem);
  return { isReadOnly, names, feature_id };
}

function namesIn(asked: string[], groups: Groups): Set<string> {
  const found = asked.flatMap((group) => {
    if (Object.hasOwn(groups, group)) return groups[group] ?? [];
    throw new CoreError("invalid_input", `There is no group of tools ${group}.`, {
      hint: `--tools takes ${Object.keys(groups).join(", ")}, with commas between them.`,
    });
  });
  return new Set(found.map(({ name }) => name));
}

/** The tools as this session lists them: in the order of the list, without the parameters that are fixed. */
export function selectTools(listed: ListedTool[], { isReadOnly, names, feature_id }: Offer): ListedTool[] {
  const offered = listed.filter(
    ({ name, annotations }) =>
      (!isReadOnly || annotations?.readOnlyHint === true) && (names === undefined || names.has(name)),
  );
  return feature_id === undefined ? offered : offered.map(withoutFeature);
}

function withoutFeature(tool: ListedTool): ListedTool {
  const { properties = {}, required = [], ...rest } = tool.inputSchema;
  const { feature_id: _, ...left } = properties;
  const stillRequired = required.filter((name) => name !== "feature_id");
  const inputSchema = {
    ...rest,
    properties: left,
    ...(stillRequired.length > 0 && { required: stillRequired }),
  };
  return { ...tool, inputSchema };
}

/**
 * The arguments of a call, with what is fixed for the session.
 * @throws CoreError `invalid_input` where the call names another feature
 */
export function fixArguments(
  takes: Readonly<Record<string, unknown>>,
  given: Record<string, unknown>,
  { feature_id }: Offer,
): Record<string, unknown> {
  if (feature_id === undefined || !Object.hasOwn(takes, "feature_id")) return given;
  const asked = given.feature_id ?? feature_id;
  if (asked === feature_id) return { ...given, feature_id };
  throw new CoreError("invalid_input", `This session is about the feature ${feature_id} alone.`, {
    hint: "Leave feature_id out.",
  });
}
