import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import * as z from "zod";
import { planPath } from "../../src/experiments/layout.ts";
import { toolGroups, tools } from "../../tools/index.ts";
import { startServer } from "../support/server.ts";

/** Something that a plan can be written from. */
async function writeProject(workspace: string): Promise<void> {
  await writeFile(join(workspace, "package.json"), JSON.stringify({ scripts: { test: "node --test" } }));
  await mkdir(join(workspace, "test"));
  await writeFile(join(workspace, "test", "shop.test.js"), "");
}

test("--read-only offers only tools that read, whatever is called", async () => {
  const { client, fail, workspace } = await startServer({ options: ["--read-only"] });
  const { tools: offered } = await client.listTools();
  const reading = tools.filter(({ annotations }) => annotations.readOnlyHint);
  expect(offered.map(({ name }) => name)).toEqual(reading.map(({ name }) => name));
  expect(offered.length).toBeGreaterThanOrEqual(5);
  await writeProject(workspace);
  const error = await fail("create_plan", { feature_id: "F1" });
  expect(error).toMatchObject({ code: "unknown_tool", message: expect.stringContaining("create_plan") });
  expect(existsSync(planPath(workspace, "F1"))).toBe(false);
});

test("--tools offers the groups that it names, in the order of the full list", async () => {
  const { client } = await startServer({ options: ["--tools", "comparison,setup"] });
  const { tools: offered } = await client.listTools();
  expect(offered.map(({ name }) => name)).toEqual(
    [...toolGroups.setup, ...toolGroups.comparison].map(({ name }) => name),
  );
});

test("--feature removes feature_id from every call, and refuses a call that gives it", async () => {
  const { client, call, fail, workspace } = await startServer({ options: ["--feature", "F7-cart"] });
  const { tools: offered } = await client.listTools();
  expect(offered).toHaveLength(tools.length);
  expect(offered.filter(({ inputSchema }) => JSON.stringify(inputSchema).includes("feature_id"))).toEqual([]);
  await writeProject(workspace);
  await call(z.unknown(), "create_plan");
  expect(existsSync(planPath(workspace, "F7-cart"))).toBe(true);
  await call(z.unknown(), "list_branches");
  expect(await fail("create_plan", { feature_id: "F8" })).toMatchObject({
    code: "invalid_input",
    message: expect.stringContaining("F7-cart"),
  });
});

test.each([
  [["--tools", "setup,runz"], /tool group runz/, /setup, branches, .*runs/],
  [["--feature", "../x"], /feature_id/, /id of a feature/],
])("refuses %s at startup", async (options, message, hint) => {
  const { exitCode, stdout, stderr } = await execa(process.execPath, ["dist/main.js", ...options], {
    reject: false,
  });
  expect([exitCode, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(message);
  expect(stderr).toMatch(hint);
});
