import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { execa } from "execa";
import { expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { planPath } from "../../src/experiments/layout.ts";
import { writeJson } from "../../src/utils/files/json.ts";
import { startCli } from "../support/cli.ts";
import { script } from "../support/plans.ts";
import { temporaryRepository } from "../support/repository.ts";
import { uniqueFeature } from "../support/server.ts";

test("create makes branches and worktrees, restores what is missing, and names what it cannot create", async () => {
  const { directory: workspace, commit } = await temporaryRepository();
  const feature = uniqueFeature();
  await writeJson(planPath(workspace, feature), { suites: { api: script("") } });
  await commit("main", { "shop.js": "" });
  const cli = (...args: string[]) => startCli(workspace, args);

  expect(await cli("run", feature)).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("lakebase-experiments create FEATURE EXPERIMENT… creates them"),
  });
  const next = `next: lakebase-experiments create ${feature} EXPERIMENT…`;
  expect(await cli("status", feature)).toMatchObject({ stdout: expect.stringContaining(next) });

  const created = await cli("create", feature, "exp-a", "exp-b");
  const code = `${workspace}.worktrees/${feature}/exp-a`;
  expect(created).toMatchObject({ exitCode: 0, stderr: "" });
  expect(created.stdout).toMatch(new RegExp(`^exp-a: created\n  branch  \\S+\n  code    ${code}\n`));
  expect(created.stdout).toMatch(
    new RegExp(`\nNext: write and commit .*lakebase-experiments run ${feature}$`),
  );

  await rm(code, { recursive: true });
  const again = await cli("create", feature, "exp-a", "no name");
  expect(again).toMatchObject({
    exitCode: 2,
    stdout: expect.stringMatching(/^exp-a: already there\n[\s\S]*\nno name: invalid_name: /),
  });
  expect(existsSync(`${code}/shop.js`)).toBe(true);
});

test("--version prints the package's version", async () => {
  const args = ["dist/main.js", "--version"];
  expect((await execa(process.execPath, args)).stdout).toBe(packageJson.version);
});
