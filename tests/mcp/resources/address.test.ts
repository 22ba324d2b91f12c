import { expect, test } from "vitest";
import { formatAddress, hasVariables, resolveAddress } from "../../../src/mcp/resources/address.ts";
import { resources } from "../../../src/resources/index.ts";
import type { ResourceName } from "../../../src/resources/resource.ts";

const artifact = { feature_id: "F1", experiment_slug: "exp-a", cycle_id: "C1" };
const find = (name: ResourceName) => {
  const found = resources.find((each) => each.name === name);
  if (found === undefined) throw new Error(`There is no resource ${name}.`);
  return found;
};

test.each<[ResourceName, Record<string, string>]>([
  ["plan-schema", {}],
  ["plan", { feature_id: "F1-checkout" }],
  ["comparison-markdown", { feature_id: "F1" }],
  ["comparison-page", { feature_id: "F1" }],
  ["run", { run_id: "run-20260101T000000-01234567" }],
  ["artifact", { ...artifact, name: "api.xml" }],
  ["artifact", { ...artifact, name: "e2e/deep/shot 1.png" }],
  ["artifact", { ...artifact, name: "100%/a?b#c&d=e.txt" }],
  ["artifact", { ...artifact, name: "Grüße/日本.log" }],
  ["artifact", { ...artifact, name: "a%2Fb" }],
  ["artifact", { ...artifact, name: "x/comparison.md" }],
])("the address of a %s with %j leads back to it", (name, variables) => {
  const [resource, found] = resolveAddress(resources, formatAddress(find(name), variables));
  expect(resource.name).toBe(name);
  expect(found).toEqual(variables);
});

test.each([
  "lakebase://",
  "lakebase://features/F1",
  "lakebase://features//plan.json",
  "lakebase://features/F1/F2/plan.json",
  "lakebase://features/F1/plan.json/x",
  "lakebase://features/F1/experiments/exp-a/artifacts/C1/",
  "lakebase://runs/.json",
  "lakebase://plan.schema.json.bak",
  "LAKEBASE://plan.schema.json",
  "file:///etc/passwd",
  "lakebase://features/%E0%A4%A/plan.json",
  "",
])("%j is the address of nothing", (uri) => {
  expect(() => resolveAddress(resources, uri)).toThrow(
    expect.objectContaining({
      code: -32_002,
      message: expect.stringContaining(`There is no resource ${uri}.`),
    }),
  );
});

test("only the plan's schema is a single resource", () => {
  expect(resources.filter((each) => !hasVariables(each)).map(({ name }) => name)).toEqual(["plan-schema"]);
});
