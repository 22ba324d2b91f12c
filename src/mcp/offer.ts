import type { Tool as ListedTool } from "@modelcontextprotocol/sdk/types.js";
import { featureIdSchema } from "../../schemas/names.ts";
import { CoreError } from "../utils/core-error.ts";
import { parseAs } from "../utils/parse.ts";

/** The tools that a session offers. A model pays for each one in every session, and can misuse each one. */
export interface Offer {
  /** Offer only tools that change nothing. */
  isReadOnly: boolean;
  /** Offer only tools with these names; undefined for all. */
  names?: ReadonlySet<string> | undefined;
  /** The feature that every call is about, so that calls do not have to name it. */
  feature_id?: string | undefined;
}

/** The command-line options. */
export interface OfferFlags {
  "read-only"?: boolean | undefined;
  tools?: string | undefined;
  feature?: string | undefined;
}

type Groups = Readonly<Record<string, readonly { name: string }[]>>;

/**
 * Reads the offer from the command line.
 * @param loadGroups called only if groups are named, because it loads every tool
 * @throws CoreError `invalid_input` for an unknown group, or an invalid feature
 */
export async function readOffer(flags: OfferFlags, loadGroups: () => Promise<Groups>): Promise<Offer> {
  const { "read-only": isReadOnly = false, tools, feature } = flags;
  const names = tools === undefined ? undefined : namesIn(tools.split(","), await loadGroups());
  const problem = { code: "invalid_input" as const, subject: "--feature", hint: "Pass the id of a feature." };
  const feature_id = feature === undefined ? undefined : parseAs(featureIdSchema, feature, problem);
  return { isReadOnly, names, feature_id };
}

function namesIn(asked: string[], groups: Groups): Set<string> {
  const found = asked.flatMap((group) => {
    if (Object.hasOwn(groups, group)) return groups[group] ?? [];
    throw new CoreError("invalid_input", `There is no tool group ${group}.`, {
      hint: `--tools takes ${Object.keys(groups).join(", ")}, separated by commas.`,
    });
  });
  return new Set(found.map(({ name }) => name));
}

/** Selects the tools that this session lists, in order, without parameters that are fixed. */
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
 * Adds the arguments that are fixed for the session.
 * @throws CoreError `invalid_input` if the call names a different feature
 */
export function fixArguments(
  takes: Readonly<Record<string, unknown>>,
  given: Record<string, unknown>,
  { feature_id }: Offer,
): Record<string, unknown> {
  if (feature_id === undefined || !Object.hasOwn(takes, "feature_id")) return given;
  const asked = given.feature_id ?? feature_id;
  if (asked === feature_id) return { ...given, feature_id };
  throw new CoreError("invalid_input", `This session is only about the feature ${feature_id}.`, {
    hint: "Omit feature_id.",
  });
}
