import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { planSchema } from "../../../schemas/plan/plan.ts";
import { warnOfOtherDatabases } from "../../../src/runs/caller/other-databases.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";

async function warn(text: string, env: Record<string, string> = {}, own: Record<string, string> = {}) {
  const workspace = await temporaryFolder();
  await writeFile(join(workspace, ".env.test"), text);
  const api = { command: ["true"], report: { format: "exit-code" }, env: own };
  const plan = { worktrees: { copy: [".env.test", ".env"] }, env, suites: { api } };
  return warnOfOtherDatabases(workspace, planSchema.parse(plan));
}

it("warns of a database in a copied file, by the name of its variable only", async () => {
  const text = "export TEST_DATABASE_URL='postgres://kai:s3cret@db.example/dev'\nAPI=https://x\n";
  const [warning, ...more] = await warn(text);
  expect(warning).toMatch(/^\.env\.test, .* sets TEST_DATABASE_URL to a database/);
  expect(warning).toContain('"TEST_DATABASE_URL": "$DATABASE_URL"');
  expect(warning).not.toContain("s3cret");
  expect(more).toEqual([]);
});

it.each<[string, string, Record<string, string>, Record<string, string>]>([
  ["is set for every command", "DATABASE_URL=postgres://localhost/dev", {}, {}],
  ["the plan sets", "TEST_URL=postgresql://localhost/dev", { TEST_URL: "$DATABASE_URL" }, {}],
  ["a suite sets", "TEST_URL=postgresql://localhost/dev", {}, { TEST_URL: "$DATABASE_URL" }],
  ["refers to another", "TEST_URL=$DATABASE_URL", {}, {}],
  ["is commented out", "# TEST_URL=postgres://localhost/dev", {}, {}],
  ["is no Postgres", "REDIS_URL=redis://localhost", {}, {}],
])("does not warn of a variable that %s", async (_what, text, env, own) => {
  expect(await warn(text, env, own)).toEqual([]);
});
