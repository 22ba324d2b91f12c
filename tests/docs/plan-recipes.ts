import { assemblePlan } from "../../src/plans/assemble-plan.ts";
import { describeFindings } from "../../src/plans/describe-findings.ts";
import { detectProject } from "../../src/plans/detect-project.ts";
import { findVariables } from "../../src/plans/variables.ts";
import { makeProject } from "../plans/project.ts";
import { json } from "./plan-keys.ts";

interface Recipe {
  title: string;
  files: Record<string, unknown>;
  /** What a reader should know beside the plan. */
  note?: string;
}

const recipes: readonly Recipe[] = [
  {
    title: "node:test",
    files: {
      "package.json": { scripts: { test: "node --test" } },
      "package-lock.json": "",
      "test/shop.test.js": "",
    },
    note: "Works on Node 20, 22 and 24. A script that needs a shell, such as `node --test tests/*.test.js`, is run as it is, with the reporter in `NODE_OPTIONS`.",
  },
  {
    title: "Vitest with Prisma, tests sorted by kind",
    files: {
      "package.json": { scripts: { test: "vitest" }, devDependencies: { prisma: "6", vitest: "4" } },
      "pnpm-lock.yaml": "",
      "prisma/migrations/1_init/migration.sql": "",
      ".env.example": "DIRECT_URL=",
      "tests/api/shop.test.ts": "",
      "tests/infra/schema.test.ts": "",
    },
  },
  {
    title: "Jest with Knex, and Playwright",
    files: {
      "package.json": {
        scripts: { test: "NODE_ENV=test jest", "test:e2e": "playwright test" },
        devDependencies: { "@playwright/test": "1", jest: "30", knex: "3" },
      },
      "yarn.lock": "",
      "knexfile.js": "",
      "playwright.config.ts": "",
    },
    note: "Traces and screenshots become artifacts.",
  },
  {
    title: "Mocha with node-pg-migrate, and Cypress",
    files: {
      "package.json": {
        scripts: { test: "mocha --recursive", "test:e2e": "cypress run" },
        devDependencies: { cypress: "15", mocha: "11", "node-pg-migrate": "8" },
      },
      "package-lock.json": "",
    },
  },
  {
    title: "Packages of a monorepo",
    files: {
      "package.json": { scripts: { test: "turbo run test" } },
      "package-lock.json": "",
      "packages/api/package.json": { scripts: { test: "vitest" } },
      "packages/web/package.json": { scripts: { test: "jest" } },
    },
  },
  {
    title: "pytest with Alembic and uv",
    files: {
      "pyproject.toml": '[dependency-groups]\ndev = ["pytest"]\n',
      "uv.lock": "",
      "alembic.ini": "",
      "app.py": 'os.environ["TEST_DATABASE_URL"]',
      "tests/test_shop.py": "",
    },
  },
  {
    title: "Django",
    files: {
      "manage.py": "",
      "requirements.txt": "Django\n",
      "shop/settings.py":
        'os.environ["DB_NAME"], os.environ["DB_USER"], os.environ["DB_PASSWORD"], os.environ["DB_HOST"]',
      "shop/tests.py": "",
    },
    note: "Django creates a test database on the branch, next to the branch's own.",
  },
  {
    title: "Go with gotestsum and goose",
    files: {
      "go.mod": "module shop\n\ntool gotest.tools/gotestsum\n\nrequire github.com/pressly/goose/v3 v3.26.0\n",
      "shop_test.go": "",
      "migrations/1_init.sql": "",
    },
    note: "`-count=1` makes Go run every test again: it does not notice that a database has changed, and would repeat cached results.",
  },
  {
    title: "Rust with nextest and sqlx",
    files: {
      "Cargo.toml": '[dependencies]\nsqlx = "0.8"\n',
      ".config/nextest.toml": '[profile.ci.junit]\npath = "junit.xml"\n',
      "tests/shop.rs": "",
      "migrations/1_init.sql": "",
    },
    note: "nextest writes its report below `target`, which is searched as well.",
  },
  {
    title: "Maven modules with Flyway",
    files: { "pom.xml": "<modules> flyway-maven-plugin", mvnw: "", "shop/src/test/java/ShopTest.java": "" },
    note: "Surefire writes a file for each class; they count together.",
  },
  {
    title: "Gradle, a Spring application",
    files: {
      "build.gradle": "",
      gradlew: "",
      "src/main/resources/application.yml": ["URL", "USERNAME", "PASSWORD"]
        .map((name) => `$\{SPRING_DATASOURCE_${name}}`)
        .join("\n"),
      "src/test/java/ShopTest.java": "",
    },
  },
  {
    title: "RSpec on Rails",
    files: {
      Gemfile: 'gem "rspec_junit_formatter"',
      "Gemfile.lock": "",
      "bin/rails": "",
      "spec/shop_spec.rb": "",
    },
  },
  {
    title: "PHPUnit on Laravel",
    files: {
      "composer.json": '{"require-dev":{"phpunit/phpunit":"11"}}',
      "phpunit.xml": "",
      artisan: "",
      ".env.example": "DB_HOST=\nDB_PORT=\nDB_DATABASE=\nDB_USERNAME=\nDB_PASSWORD=\n",
    },
  },
  { title: "Anything with a Makefile", files: { Makefile: "migrate:\ntest:\ntest-e2e:\n" } },
];

/** What create_plan makes of a project of each kind. */
export async function renderRecipes(): Promise<string> {
  const sections: string[] = [];
  for (const { title, files, note } of recipes) {
    const project = await makeProject(files);
    const [detection, variables] = await Promise.all([detectProject(project), findVariables(project)]);
    const { budget, ...plan } = assemblePlan(detection, variables);
    const { advice } = describeFindings(detection, variables);
    const names = Object.keys(files).map((name) => `\`${name}\``);
    const notes = [note, ...advice].filter((each) => each !== undefined).map((each) => `- ${each}`);
    sections.push(
      [`### ${title}`, `From ${names.join(", ")}:`, json(plan), notes.join("\n")].join("\n\n").trimEnd(),
    );
  }
  return sections.join("\n\n");
}
