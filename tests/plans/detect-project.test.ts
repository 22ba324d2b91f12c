import { expect, test } from "vitest";
import { detect, exitCode, junit, venv } from "./detected-project.ts";

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
        command: ["./gradlew", "--no-daemon", "--no-build-cache", "--continue", "cleanTest", "test"],
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
