import { expect, test } from "vitest";
import { detect, junit } from "./detected-project.ts";

test("finds suites of projects in subfolders, and adds the folder's name if two are alike", async () => {
  const found = await detect({
    "README.md": "",
    "backend/go.mod": "module x\ntool gotest.tools/gotestsum\n",
    "backend/a_test.go": "",
    "web/package.json": { devDependencies: { vitest: "4", prisma: "6" } },
    "web/package-lock.json": "",
    "web/deep/down/package.json": { devDependencies: { jest: "30" } },
  });
  expect(Object.entries(found.suites).map(([tag, { cwd }]) => [tag, cwd])).toEqual([
    ["api", "web"],
    ["backend", "backend"],
  ]);
  expect(found.setup).toEqual([{ command: ["prisma", "db", "push"], cwd: "web" }]);
  expect(found.prepare).toEqual([{ command: ["npm", "ci"], cwd: "web" }]);
});

test("leaves the tests to the packages if the root only starts theirs, and installs once for all", async () => {
  const found = await detect({
    "package.json": { scripts: { test: "turbo run test" }, devDependencies: { turbo: "2" } },
    "pnpm-lock.yaml": "",
    "packages/api/package.json": { scripts: { test: "vitest" } },
    "packages/ui/package.json": { scripts: { test: "jest" }, devDependencies: { jest: "30" } },
    "packages/none/package.json": {},
  });
  expect(Object.entries(found.suites).map(([tag, { cwd }]) => [tag, cwd])).toEqual([
    ["api", "packages/api"],
    ["ui", "packages/ui"],
  ]);
  expect(found.prepare).toEqual([["pnpm", "install", "--frozen-lockfile"]]);
});

test("runs npm workspaces with node:test package by package, each from its own folder", async () => {
  const nodeTest = 'import test from "node:test";';
  const found = await detect({
    "package.json": { workspaces: ["packages/*"], scripts: { test: "npm test --workspaces" } },
    "package-lock.json": "{}",
    "packages/core/package.json": { scripts: { test: "node --test" } },
    "packages/core/test/a.test.js": nodeTest,
    "packages/web/package.json": { scripts: { test: "node --test" } },
    "packages/web/test/b.test.js": nodeTest,
  });
  expect(Object.entries(found.suites).map(([tag, { cwd }]) => [tag, cwd])).toEqual([
    ["api", "packages/core"],
    ["web", "packages/web"],
  ]);
  expect(found.prepare).toEqual([["npm", "ci"]]);
});

const alembic = ["alembic", "upgrade", "head"];

test("tests and migrates a package of a uv workspace from its own folder", async () => {
  const files = {
    "pyproject.toml": '[tool.uv.workspace]\nmembers = ["backend"]\n',
    "uv.lock": "",
    "backend/pyproject.toml": '[dependency-groups]\ndev = ["pytest"]\n',
    "backend/alembic.ini": "",
    "backend/tests/conftest.py": "",
    "backend/tests/test_a.py": "",
  };
  const found = await detect(files);
  expect(found.suites).toEqual({
    api: {
      command: ["uv", "run", "pytest", "--junitxml=$ARTIFACTS_DIR/junit.xml"],
      report: junit(),
      cwd: "backend",
    },
  });
  expect(found.setup).toEqual([{ command: ["uv", "run", ...alembic], cwd: "backend" }]);
  expect(found.prepare).toEqual([["uv", "sync", "--frozen", "--all-packages"]]);
  const below = Object.fromEntries(Object.entries(files).map(([name, text]) => [`server/${name}`, text]));
  const nested = await detect(below);
  expect(nested.suites.api?.cwd).toBe("server/backend");
  expect(nested.setup).toEqual([{ command: ["uv", "run", ...alembic], cwd: "server/backend" }]);
});

test("finds the environment of the root for a migration in a subfolder", async () => {
  const found = await detect({
    "requirements.txt": "pytest\nalembic\n",
    "db/alembic.ini": "",
    "test_a.py": "",
  });
  expect(found.setup).toEqual([{ command: ["../.venv/bin/python", "-m", ...alembic], cwd: "db" }]);
});

test("runs a Gradle project in a subfolder by its own wrapper, not module by module", async () => {
  const { suites } = await detect({
    "README.md": "",
    "server/settings.gradle.kts": 'include("app")',
    "server/gradlew": "",
    "server/app/build.gradle.kts": "",
    "server/app/src/test/kotlin/A.kt": "",
  });
  expect(suites).toMatchObject({ api: { cwd: "server", command: expect.arrayContaining(["./gradlew"]) } });
  expect(Object.keys(suites)).toEqual(["api"]);
});

test("finds the suites of several languages side by side, each under a tag of its own", async () => {
  const { suites } = await detect({
    "package.json": { devDependencies: { vitest: "4", "@playwright/test": "1" } },
    "playwright.config.ts": "",
    "requirements.txt": "pytest\n",
    "test_a.py": "",
    "Cargo.toml": "[package]",
    "tests/a.rs": "",
    Makefile: "test:\n\tx\n",
  });
  expect(Object.entries(suites).map(([tag, { command }]) => [tag, command[0]])).toEqual([
    ["e2e", "playwright"],
    ["api", "vitest"],
    ["api-2", ".venv/bin/python"],
    ["api-3", "cargo"],
  ]);
});

test("makes valid tags of folders whose names are none", async () => {
  const vitest = { devDependencies: { vitest: "4" } };
  const long = "a".repeat(40);
  const { suites } = await detect({
    "services/API Gateway/package.json": vitest,
    "services/2nd.shop/package.json": vitest,
    "services/setup/package.json": vitest,
    [`services/${long}/package.json`]: vitest,
    "services/99/package.json": vitest,
  });
  const tags = Object.fromEntries(Object.entries(suites).map(([tag, { cwd }]) => [cwd?.split("/")[1], tag]));
  expect(tags).toEqual({
    "2nd.shop": "api",
    "99": "api-2",
    "API Gateway": "api-gateway",
    [long]: "a".repeat(32),
    setup: "api-setup",
  });
});

test("finds no suites in installed packages, build output and our own records", async () => {
  const found = await detect({
    "package.json": {},
    "node_modules/x/package.json": { devDependencies: { vitest: "4" } },
    "dist/package.json": { devDependencies: { vitest: "4" } },
    ".tdd/worktrees/F1/exp-a/package.json": { devDependencies: { vitest: "4" } },
  });
  expect(found.suites).toEqual({});
});
