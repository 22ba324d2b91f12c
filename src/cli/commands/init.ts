import { createPlan } from "../../plans/create-plan.ts";
import { makeExample } from "../../plans/example.ts";
import { formatPlan } from "../../plans/format-plan.ts";
import type { Shared } from "../command.ts";
import { print } from "../print.ts";

/**
 * `init FEATURE`: writes the feature's plan from what the project has, and reports what was and was not found.
 * @throws CoreError `invalid_name`
 */
export async function init(
  { workspace }: Pick<Shared, "workspace">,
  [featureId = ""]: string[],
): Promise<void> {
  const { outcome, plan_path, invalid, found, not_found, advice } = await createPlan(workspace, featureId);
  const heads = {
    created: `Wrote ${plan_path}`,
    kept: `${plan_path} already exists and is unchanged`,
    no_suites: `Nothing was written: no suite was found. Write ${plan_path} following this example`,
  };
  const lines = [
    `${heads[outcome]}.`,
    ...(outcome === "no_suites" ? [formatPlan(makeExample()["plan.json"]).trimEnd()] : []),
    ...section("Not valid", invalid === undefined ? [] : [invalid]),
    ...section("Found", found),
    ...section("Not found", not_found),
    ...section("Advice", advice),
  ];
  print(...lines);
  if (outcome === "no_suites") process.exitCode = 1;
}

function section(title: string, items: string[]): string[] {
  return items.length === 0 ? [] : ["", `${title}:`, ...items.map((item) => `  ${item}`)];
}
