import { expect, test } from "vitest";
import { detectProject } from "../../src/plans/detect-project.ts";
import { makeProject } from "./project.ts";

async function detect(files: Record<string, unknown>) {
  const { suites, setup, prepare, env } = await detectProject(await makeProject(files));
  return {
    suites: Object.fromEntries(suites.map(({ tag, suite }) => [tag, suite])),
    setup: setup.map(({ command, cwd }) => (cwd === undefined ? command : { command, cwd })),
    prepare: prepare.map(({ command, cwd }) => (cwd === undefined ? command : { command, cwd })),
    env,
    advice: suites.flatMap(({ advice }) => advice ?? []),
  };
}

const junit = (path = "junit.xml") => ({ format: "junit", path });
const exitCode = { format: "exit-code" };
const venv = [".venv/bin/python", "-m"];

test.each<[what: string, files: Record<string, unknown>, suites: object, setup: unknown[]]>([
  [
    "pytest with requirements",
    { "requirements.txt": "pytest>=8\n", "tests/test_a.py": "" },
    { api: { command: [...venv, "pytest", "--junitxml=$ARTIFACTS_DIR/junit.xml"], report: junit() } },
    [],
  ],
  [
    "pytest by its configuration alone, which makes no package to install",
    { "pyproject.toml": "[tool.pytest.ini_options]\n", "tests/test_a.py": "" },
    { api: { command: ["python3", "-m", "pytest", "--junitxml=$ARTIFACTS_DIR/junit.xml"], report: junit() } },
    [],
  ],
  [
    "pytest by pytest.ini",
    { "pytest.ini": "[pytest]\n", "tests/test_a.py": "" },
    { api: { command: ["python3", "-m", "pytest", "--junitxml=$ARTIFACTS_DIR/junit.xml"], report: junit() } },
    [],
  ],
  [
    "pytest and alembic with uv",
    {
      "pyproject.toml": '[dependency-groups]\ndev = ["pytest"]\n',
      "uv.lock": "",
      "alembic.ini": "",
      "test_a.py": "",
    },
    { api: { command: ["uv", "run", "pytest", "--junitxml=$ARTIFACTS_DIR/junit.xml"], report: junit() } },
    [["uv", "run", "alembic", "upgrade", "head"]],
  ],
  [
    "pytest sorted by kind, with poetry",
    {
      "pyproject.toml": 'pytest = "^8"',
      "poetry.lock": "",
      "tests/api/test_a.py": "",
      "tests/e2e/test_b.py": "",
    },
    {
      api: {
        command: ["poetry", "run", "pytest", "--junitxml=$ARTIFACTS_DIR/junit.xml", "tests/api"],
        report: junit(),
      },
      e2e: {
        command: ["poetry", "run", "pytest", "--junitxml=$ARTIFACTS_DIR/junit.xml", "tests/e2e"],
        report: junit(),
      },
    },
    [],
  ],
  [
    "Django",
    { "manage.py": "", "requirements.txt": "Django\n", "shop/tests.py": "" },
    { api: { command: [".venv/bin/python", "manage.py", "test", "--noinput"], report: exitCode } },
    [[".venv/bin/python", "manage.py", "migrate", "--noinput"]],
  ],
  [
    "unittest",
    { "setup.py": "", "tests/__init__.py": "", "tests/test_a.py": "" },
    { api: { command: [...venv, "unittest", "-v"], report: exitCode } },
    [],
  ],
  [
    "Go with gotestsum and goose",
    {
      "go.mod": "module x\n\ntool gotest.tools/gotestsum\n\nrequire github.com/pressly/goose/v3 v3.0.0\n",
      "a_test.go": "",
      "db/migrations/1.sql": "",
    },
    {
      api: {
        command: [
          "go",
          "tool",
          "gotestsum",
          "--junitfile",
          "$ARTIFACTS_DIR/junit.xml",
          "--",
          "-count=1",
          "./...",
        ],
        report: junit(),
      },
    },
    [["goose", "-dir", "db/migrations", "up"]],
  ],
  [
    "Cargo with nextest and sqlx",
    {
      "Cargo.toml": '[workspace]\nmembers = ["a"]\n[workspace.dependencies]\nsqlx = "0.8"\n',
      "a/Cargo.toml": "",
      "a/tests/b.rs": "",
      ".config/nextest.toml": '[profile.ci]\nretries = 1\n[profile.ci.junit]\npath = "j.xml"\n',
      "migrations/1_a.sql": "",
    },
    {
      api: {
        command: ["cargo", "nextest", "run", "--workspace", "--profile", "ci", "--no-fail-fast"],
        report: junit("target/nextest/ci/j.xml"),
      },
    },
    [["sqlx", "migrate", "run"]],
  ],
  [
    "Cargo",
    { "Cargo.toml": "[package]", "src/lib.rs": "#[cfg(test)] mod tests {}", "crates/a/Cargo.toml": "" },
    { api: { command: ["cargo", "test", "--workspace", "--no-fail-fast"], report: exitCode } },
    [],
  ],
  [
    "Maven modules with flyway",
    {
      "pom.xml": "<modules/><modules> flyway-maven-plugin",
      mvnw: "",
      "a/pom.xml": "",
      "a/src/test/java/A.java": "",
    },
    {
      api: {
        command: ["./mvnw", "-B", "-ntp", "-fae", "test"],
        report: junit("**/target/surefire-reports/TEST-*.xml"),
      },
    },
    [["./mvnw", "-B", "-ntp", "flyway:migrate"]],
  ],
  [
    "Gradle",
    { "build.gradle.kts": "", gradlew: "", "src/test/kotlin/A.kt": "" },
    {
      api: {
        command: ["./gradlew", "--no-daemon", "--continue", "cleanTest", "test"],
        report: junit("build/test-results/test/TEST-*.xml"),
      },
    },
    [],
  ],
  [
    "rspec on Rails",
    { Gemfile: 'gem "rspec_junit_formatter"', "bin/rails": "", "spec/a_spec.rb": "" },
    {
      api: {
        command: [
          ...["bundle", "exec", "rspec", "--format", "progress"],
          ...["--format", "RspecJunitFormatter", "--out", "$ARTIFACTS_DIR/junit.xml"],
        ],
        report: junit(),
      },
    },
    [["bin/rails", "db:migrate"]],
  ],
  [
    "PHPUnit on Laravel",
    { "composer.json": '{"require-dev":{"phpunit/phpunit":"11"}}', "phpunit.xml": "", artisan: "" },
    { api: { command: ["vendor/bin/phpunit", "--log-junit", "$ARTIFACTS_DIR/junit.xml"], report: junit() } },
    [["php", "artisan", "migrate", "--force"]],
  ],
  [
    "make",
    { Makefile: "VAR := 1\nall: x\n\ntest:\n\ttrue\ntest-e2e: test\ntest-watch:\nmigrate:\n" },
    {
      api: { command: ["make", "test"], report: exitCode },
      e2e: { command: ["make", "test-e2e"], report: exitCode },
    },
    [["make", "migrate"]],
  ],
  ["nothing", { "README.md": "", "main.c": "" }, {}, []],
])("%s", async (_what, files, suites, setup) => {
  expect(await detect(files)).toMatchObject({ suites, setup });
});

test("says how a suite that counts as one test could count more", async () => {
  const go = await detect({ "Cargo.toml": "", "tests/a.rs": "" });
  expect(go.advice).toEqual([expect.stringMatching(/^cargo test writes no supported report, .*nextest/)]);
});

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
