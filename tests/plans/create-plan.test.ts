import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { planPath } from "../../src/experiments/layout.ts";
import { readPlan } from "../../src/experiments/plan.ts";
import { createPlan } from "../../src/plans/create-plan.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";
import { writeFiles } from "./project.ts";

const project = {
  "package.json": { scripts: { test: "vitest" }, devDependencies: { prisma: "6", vitest: "4" } },
  "package-lock.json": "{}",
  ".env.example": "TEST_DATABASE_URL=\nSTRIPE_KEY=\n",
};

async function workspaceWith(files: Record<string, unknown>): Promise<string> {
  const workspace = await temporaryFolder();
  await writeFiles(workspace, files);
  return workspace;
}

test("writes a readable plan from what the project has", async () => {
  const workspace = await workspaceWith(project);
  const created = await createPlan(workspace, "F1");
  expect(created).toMatchObject({ outcome: "created", plan_path: planPath(workspace, "F1") });
  expect(JSON.parse(await readFile(created.plan_path, "utf8"))).toEqual(created.plan);
  expect(created.plan).toMatchObject({
    worktrees: { prepare: ["npm", "ci"] },
    env: { TEST_DATABASE_URL: "$DATABASE_URL" },
    setup: ["prisma", "db", "push"],
    promote: { migrate: ["prisma", "db", "push"] },
    suites: { api: { report: { format: "vitest-json", path: "vitest.json" } } },
  });
  expect((await readPlan(workspace, "F1")).setup).toEqual([{ command: ["prisma", "db", "push"] }]);
  expect(created.found.join("\n")).toMatch(
    /suite api: vitest, .*\nsuite infra: built in, .*\n.*prisma.*\nworktrees\.prepare: npm ci .*\nenv\.TEST_DATABASE_URL/,
  );
  expect(created.not_found.join("\n")).toMatch(/e2e.*\n.*STRIPE_KEY/);
  expect(await readdir(dirname(created.plan_path))).toEqual(["plan.json"]);
});

test("leads the variables that a script sets to the experiment's branch, and shows no login in them", async () => {
  const own = "PGHOST=prod PORT=3000 DATABASE_URL=postgres://u:s3cretpw@db/x";
  const mapped = "TEST_DB_NAME=x OTHER=postgresql://u:s3cretpw@db/x";
  const kept = "LOG_LEVEL=debug CACHE=redis://:s3cretpw@cache";
  const scripts = { test: `cross-env ${own} ${mapped} ${kept} vitest run` };
  const workspace = await workspaceWith({ "package.json": { scripts, devDependencies: { vitest: "4" } } });
  const created = await createPlan(workspace, "F1");
  expect(created.outcome).toBe("created");
  expect((await readPlan(workspace, "F1")).suites).toMatchObject({
    api: {
      env: {
        TEST_DB_NAME: "$PGDATABASE",
        OTHER: "$DATABASE_URL",
        LOG_LEVEL: "debug",
        CACHE: "redis://:s3cretpw@cache",
        CI: "true",
      },
    },
  });
  expect(await readFile(created.plan_path, "utf8")).not.toMatch(/PORT|PGHOST|@db/);
  expect(JSON.stringify(created)).not.toContain("s3cretpw");
});

test("keeps an existing plan byte for byte, whatever it contains", async () => {
  const workspace = await workspaceWith(project);
  const path = planPath(workspace, "F1");
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, "mine, and no JSON");
  expect(await createPlan(workspace, "F1")).toMatchObject({
    outcome: "kept",
    plan: null,
    invalid: expect.stringContaining("not JSON"),
  });
  expect(await readFile(path, "utf8")).toBe("mine, and no JSON");

  const elsewhere = join(await temporaryFolder(), "plan.json");
  const linked = planPath(workspace, "F2");
  await mkdir(dirname(linked), { recursive: true });
  await symlink(elsewhere, linked);
  expect(await createPlan(workspace, "F2")).toMatchObject({ outcome: "kept" });
  await expect(readFile(elsewhere)).rejects.toThrow(/ENOENT/);
});

test("answers with an existing plan as it is, without its logins", async () => {
  const suites = { api: { command: ["make"], report: { format: "exit-code" } } };
  const workspace = await workspaceWith({
    ...project,
    ".tdd/features/F1/plan.json": { env: { API_URL: "https://me:secret@api" }, suites },
    ".tdd/features/F2/plan.json": { suites: {} },
  });
  const kept = await createPlan(workspace, "F1");
  expect(kept).toMatchObject({
    outcome: "kept",
    plan: { env: { API_URL: "https://me:[redacted]@api" }, suites },
  });
  expect(kept).not.toHaveProperty("invalid");
  expect(await createPlan(workspace, "F2")).toMatchObject({
    plan: { suites: {} },
    invalid: expect.stringContaining("at least one suite"),
  });
});

test("keeps an existing plan even if no suite is found", async () => {
  const suites = { api: { command: ["make"], report: { format: "exit-code" } } };
  const workspace = await workspaceWith({ ".tdd/features/F1/plan.json": { suites } });
  expect(await createPlan(workspace, "F1")).toMatchObject({ outcome: "kept", plan: { suites } });
});

test("writes the plan once for many simultaneous calls", async () => {
  const workspace = await workspaceWith(project);
  const all = await Promise.all(Array.from({ length: 8 }, () => createPlan(workspace, "F1")));
  expect(all.map(({ outcome }) => outcome).sort()).toEqual(["created", ...Array(7).fill("kept")]);
});

test("writes nothing if no suite is found", async () => {
  const workspace = await workspaceWith({ "README.md": "" });
  expect(await createPlan(workspace, "F1")).toMatchObject({
    outcome: "no_suites",
    plan: null,
    not_found: expect.arrayContaining([expect.stringContaining("suites")]),
  });
  expect(await readdir(workspace)).toEqual(["README.md"]);
});
