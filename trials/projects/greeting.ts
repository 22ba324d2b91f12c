import { nodeSuite } from "./node-suite.ts";

export const greetingPlan = { suites: { api: nodeSuite("tests/greeting.test.mjs") } };

/** The smallest possible project, with a plan. A design of it is a greeting.mjs. */
export function greetingProject(feature_id: string, plan: object = greetingPlan): Record<string, string> {
  return {
    "package.json": JSON.stringify({ type: "module" }),
    "README.md": "A design is greeting.mjs, which exports greet(name).\n",
    [`.tdd/features/${feature_id}/plan.json`]: JSON.stringify(plan, null, 2),
    "tests/greeting.test.mjs": `import assert from "node:assert";
import { test } from "node:test";
import { greet } from "../greeting.mjs";
test("greets by name", () => assert.equal(greet("Ada"), "Hello, Ada!"));
test("greets a stranger", () => assert.equal(greet(undefined), "Hello, stranger!"));
`,
  };
}

/** Passes. */
export const politeGreeting = {
  "greeting.mjs": `export const greet = (name = "stranger") => \`Hello, \${name}!\`;\n`,
};

/** Fails one test: it ignores strangers. */
export const carelessGreeting = {
  "greeting.mjs": `export const greet = (name) => \`Hello, \${name}!\`;\n`,
};
