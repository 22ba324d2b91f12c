import { readFile } from "node:fs/promises";
import { glob } from "tinyglobby";
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

test("docs/tools.md matches the tools", async () => {
  await expect(renderToolReference(tools)).toMatchFileSnapshot("../../docs/tools.md");
});

test("schemas/plan.schema.json matches the plan's schema", async () => {
  const schema = {
    title: "plan.json of lakebase-experiments",
    ...z.toJSONSchema(planSchema, { io: "input" }),
  };
  await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot("../../schemas/plan.schema.json");
});

test("docs/plan.md matches the schema and the detection, and names every variable", async () => {
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

test("the README gives a one-line reason for exactly the packages that we install or bundle", async () => {
  const readme = await readFile("README.md", "utf8");
  const listed = [...readme.matchAll(/^- `([^`]+)`: /gm)].map(([, name]) => name);
  const brought = Object.keys(packageJson.optionalDependencies).map((name) => name.replace(/\/.*/, "/*"));
  const holds = [...(await findImported()), ...brought];
  expect(listed.sort()).toEqual([...new Set(holds)].sort());
});

test("bundled packages are not installed as well", () => {
  expect(packageJson).not.toHaveProperty("dependencies");
});

/** The packages that the code of ours imports, which the build puts into the bundle. The emulator tells its own. */
async function findImported(): Promise<string[]> {
  const paths = await glob(["src/**/*.ts", "tools/**/*.ts", "schemas/**/*.ts"]);
  const texts = await Promise.all(paths.map((path) => readFile(path, "utf8")));
  const imported = texts.flatMap((text) =>
    [...text.matchAll(/\b(?:from|import\() ?"((?:@[\w-]+\/)?[\w-]+)[^"]*"/g)].map(([, name = ""]) => name),
  );
  return imported.filter((name) => name !== "node");
}
