import { expect, test } from "vitest";
import { planSchema } from "../../schemas/plan/plan.ts";
import { assemblePlan } from "../../src/plans/assemble-plan.ts";
import { describeFindings } from "../../src/plans/describe-findings.ts";
import { nothing } from "../../src/plans/detection.ts";
import { findVariables } from "../../src/plans/variables.ts";
import { makeProject } from "./project.ts";

const server = { "server.ts": "listen(process.env.PORT || 3000)" };

test.each([
  ["playwright.config.ts", `webServer: { url: "http://localhost:3000" }`],
  ["web/playwright.config.mjs", `webServer: { port: 3000 }`],
  ["playwright.config.ts", "const PORT = 3000; const baseURL = 'http://localhost:' + PORT"],
  ["cypress.config.js", `e2e: { baseUrl: "http://127.0.0.1:3000" }`],
  ["cypress.json", `{ "baseUrl": "http://localhost:3000" }`],
])("gives no other port to a server that %s expects at a fixed one: %s", async (file, text) => {
  const variables = await findVariables(await makeProject({ ...server, [file]: text }));
  expect(variables).toMatchObject({ port: undefined, fixedPort: { port: 3000, source: file } });
});

test.each([
  ["playwright.config.ts", `use: { baseURL: "http://localhost:" + (process.env.PORT ?? 3000) }`],
  ["playwright.config.ts", "const port = process.env.PORT || 3000; const url = 'http://localhost:' + port"],
  ["playwright.config.ts", `use: { baseURL: "https://staging.example.com" }`],
  ["vite.config.ts", "server: { port: 3000 }"],
])("leases ports if %s has none of its own: %s", async (file, text) => {
  const variables = await findVariables(await makeProject({ ...server, [file]: text }));
  expect(variables.fixedPort).toBeUndefined();
  expect(variables.port).toBeDefined();
});

test("a plan for a fixed port runs one experiment at a time, and says why", () => {
  const variables = { mapped: [], unknown: [], fixedPort: { port: 3000, source: "playwright.config.ts" } };
  const suite = { command: ["playwright", "test"], report: { format: "exit-code" } } as const;
  const detection = {
    ...nothing,
    suites: [{ tag: "e2e", suite: { ...suite, command: [...suite.command] }, source: "" }],
  };
  const plan = planSchema.parse(assemblePlan(detection, variables));
  expect(plan.budget.concurrent_branches).toBe(1);
  expect(plan.ports).toBeUndefined();
  expect(describeFindings(detection, variables).advice).toEqual([
    expect.stringMatching(/playwright\.config\.ts expects the server on port 3000.*"ports": 1/),
  ]);
});
