import { expect, test } from "vitest";
import { detectNode } from "../../../src/plans/detect/node.ts";
import { makeProject } from "../project.ts";

const vitestReport = ["--reporter=default", "--reporter=json", "--outputFile=$ARTIFACTS_DIR/vitest.json"];
const jestReport = ["--ci", "--json", "--outputFile=$ARTIFACTS_DIR/jest.json"];
const mochaReport = ["--reporter", "xunit", "--reporter-option", "output=$ARTIFACTS_DIR/junit.xml"];
const bunReport = ["--reporter=junit", "--reporter-outfile=$ARTIFACTS_DIR/junit.xml"];
const nodeReport = [
  "--test-reporter=spec",
  "--test-reporter-destination=stdout",
  "--test-reporter=junit",
  "--test-reporter-destination=$ARTIFACTS_DIR/junit.xml",
];

async function detectSuites(manifest: object, files: Record<string, unknown> = {}) {
  const { suites } = await detectNode(await makeProject({ "package.json": manifest, ...files }));
  return Object.fromEntries(suites.map(({ tag, suite }) => [tag, suite]));
}

const detectCommand = async (script: string) =>
  (await detectSuites({ scripts: { test: script } })).api?.command;

test.each([
  ["vitest", ["vitest", "run", ...vitestReport]],
  ["vitest run --coverage --reporter=dot tests/unit", ["vitest", "run", "tests/unit", ...vitestReport]],
  ["npx vitest --run --reporter verbose", ["vitest", "run", ...vitestReport]],
  [
    "vitest --config 'vite test.config.ts'",
    ["vitest", "run", "--config", "vite test.config.ts", ...vitestReport],
  ],
  ["jest --watch --runInBand", ["jest", "--runInBand", ...jestReport]],
  [
    "node --experimental-vm-modules node_modules/jest/bin/jest.js",
    ["node", "--experimental-vm-modules", "node_modules/jest/bin/jest.js", ...jestReport],
  ],
  ["nyc mocha -R spec --ui tdd 'test/**/*.js'", ["mocha", "--ui", "tdd", "test/**/*.js", ...mochaReport]],
  ["node --test", ["node", "--test", ...nodeReport]],
  [
    "node --import tsx --test --test-reporter=spec tests/a.test.ts",
    ["node", "--import", "tsx", "--test", ...nodeReport, "tests/a.test.ts"],
  ],
  ["bun test --watch src", ["bun", "test", "src", ...bunReport]],
  ["jest --onlyChanged", ["jest", ...jestReport]],
  ["jest --bail=1", ["jest", "--bail=1", "--bail=0", ...jestReport]],
  ["jest -i -b", ["jest", "-i", "-b", "--bail=0", ...jestReport]],
  ["react-scripts test", ["react-scripts", "test", "--watchAll=false", ...jestReport]],
  ["craco test", ["craco", "test", "--watchAll=false", ...jestReport]],
])("makes the script %j write a report", async (script, command) => {
  expect(await detectCommand(script)).toEqual(command);
});

test.each([
  ["prisma generate && vitest", ["npm", "run", "test", "--", "--run", ...vitestReport]],
  ["jest --ci $EXTRA", ["npm", "run", "test", "--", ...jestReport]],
  ["node --test tests/*.test.js", ["npm", "run", "test"]],
  ["vitest && npm run lint", ["vitest", "run", ...vitestReport]],
  ["jest | tee log", ["jest", ...jestReport]],
])("makes the script %j, which needs a shell, write a report", async (script, command) => {
  expect(await detectCommand(script)).toEqual(command);
});

test.each<[what: string, files: Record<string, unknown>, command: string[]]>([
  [
    "jest bails out in",
    { "jest.config.ts": "export default { bail: 1 }" },
    ["jest", "--bail=0", ...jestReport],
  ],
  [
    "jest wants some coverage in",
    { "jest.config.js": "module.exports = { coverageThreshold: {} }" },
    ["jest", "--coverage=false", ...jestReport],
  ],
  [
    "vitest wants some coverage in",
    { "vite.config.ts": "export default { test: { coverage: { thresholds: { lines: 90 } } } }" },
    ["vitest", "run", "--no-coverage", ...vitestReport],
  ],
])("makes a runner report although %s its settings", async (what, files, command) => {
  const [script = ""] = what.split(" ");
  expect((await detectSuites({ scripts: { test: script } }, files)).api?.command).toEqual(command);
});

test("still splits the tests of a runner whose settings it counters", async () => {
  const files = {
    "jest.config.js": "module.exports = { bail: true }",
    "test/api/a.test.js": "",
    "test/e2e/a.test.js": "",
  };
  const suites = await detectSuites({ devDependencies: { jest: "30" } }, files);
  expect(suites.e2e?.command).toEqual(["jest", "--bail=0", ...jestReport, "test/e2e"]);
});

test("makes node:test report through a variable in a script that needs a shell", async () => {
  const { api } = await detectSuites({ scripts: { test: "node --test tests/*.test.js" } });
  expect(api?.env).toEqual({
    NODE_OPTIONS: '--test-reporter=junit --test-reporter-destination="$ARTIFACTS_DIR/junit.xml"',
  });
});

test("turns variables of a script into variables of the suite", async () => {
  const { api } = await detectSuites({ scripts: { test: "cross-env NODE_ENV=test TZ='Europe/Paris' jest" } });
  expect(api).toMatchObject({
    command: ["jest", ...jestReport],
    env: { NODE_ENV: "test", TZ: "Europe/Paris" },
  });
});

test("makes each test script a suite, but not its variants", async () => {
  const suites = await detectSuites({
    scripts: {
      test: "vitest",
      "test:unit": "vitest run tests/unit",
      "test:integration": "vitest run tests/integration",
      "test:watch": "vitest --watch",
      "test:coverage": "vitest run --coverage",
      "test:all": "npm run test:unit && npm run test:integration",
      e2e: "playwright test",
      build: "vite build",
    },
  });
  expect(Object.keys(suites)).toEqual(["unit", "integration", "e2e"]);
  expect(suites.e2e).toEqual({
    command: ["playwright", "test", "--reporter=list,json", "--output=$ARTIFACTS_DIR/test-results"],
    env: { PLAYWRIGHT_JSON_OUTPUT_NAME: "$ARTIFACTS_DIR/playwright.json" },
    report: { format: "playwright-json", path: "playwright.json" },
  });
});

test.each([
  ["vitest --project unit", "vitest --project browser"],
  ["jest tests/unit", "jest tests/browser"],
])("keeps the script %j beside %j, which has other tests", async (all, browser) => {
  const suites = await detectSuites({ scripts: { test: all, "test:browser": browser } });
  expect(Object.keys(suites)).toEqual(["api", "browser"]);
});

test("uses a runner that appears only as a dependency, and Playwright if it is configured", async () => {
  const manifest = { devDependencies: { vitest: "4", "@playwright/test": "1" } };
  expect(Object.keys(await detectSuites(manifest))).toEqual(["api"]);
  expect(Object.keys(await detectSuites(manifest, { "playwright.config.ts": "" }))).toEqual(["e2e", "api"]);
});

test("leaves tests in TypeScript that import node:test to the script", async () => {
  const files = { "a.test.ts": "import test from 'node:test';" };
  const script = { scripts: { test: 'glob -c "tsx --test" a.test.ts' } };
  expect((await detectSuites(script, files)).api).toMatchObject({ command: ["npm", "run", "test"] });
  expect(await detectSuites({}, files)).toEqual({});
});

test("recognizes node:test by its import if there is nothing else", async () => {
  const files = { "a.test.mjs": "import test from 'node:test';" };
  expect((await detectSuites({}, files)).api?.command).toEqual(["node", "--test", ...nodeReport]);
  const project = await makeProject({ "package.json": {}, ...files });
  expect((await detectNode(project)).suites[0]?.source).toBe("node:test, imported by the test files");
});

test("recognizes bun test by its import, and does not take it for the script of that name", async () => {
  const files = { "a.test.ts": 'import { test } from "bun:test";' };
  expect((await detectSuites({}, files)).api?.command).toEqual(["bun", "test", ...bunReport]);
  const scripts = { test: "vitest", "test:unit": "bun test" };
  expect((await detectSuites({ scripts })).unit?.command).toEqual(["bun", "test", ...bunReport]);
});

test("makes folders of tests by kind separate suites", async () => {
  const manifest = { devDependencies: { vitest: "4" } };
  const sorted = await detectSuites(manifest, { "tests/api/a.test.ts": "", "tests/e2e/b.spec.ts": "" });
  expect(sorted.api?.command.at(-1)).toBe("tests/api");
  expect(sorted.e2e?.command.at(-1)).toBe("tests/e2e");
  const partly = await detectSuites(manifest, { "tests/api/a.test.ts": "", "src/b.spec.ts": "" });
  expect(Object.keys(partly)).toEqual(["api"]);
});

test("counts a script with an unknown runner as one test, and says what to do about it", async () => {
  const project = await makeProject({
    "package.json": { scripts: { test: "tap --jobs=1" } },
    "yarn.lock": "",
  });
  expect((await detectNode(project)).suites).toEqual([
    {
      tag: "api",
      suite: { command: ["yarn", "run", "test"], report: { format: "exit-code" } },
      source: "script test of package.json",
      advice: expect.stringContaining("JUnit"),
    },
  ]);
  const initial = 'echo "Error: no test specified" && exit 1';
  expect(await detectSuites({ scripts: { test: initial } })).toEqual({});
});

test.each([
  [{ "package-lock.json": "" }, [["npm", "ci"]]],
  [{ "pnpm-lock.yaml": "" }, [["pnpm", "install", "--frozen-lockfile"]]],
  [{ "yarn.lock": "" }, [["yarn", "install", "--frozen-lockfile"]]],
  [{ "yarn.lock": "", ".yarnrc.yml": "" }, [["yarn", "install", "--immutable"]]],
  [{ "bun.lock": "" }, [["bun", "install", "--frozen-lockfile"]]],
  [{}, [["npm", "install"]]],
])("with %j installs dependencies by %j", async (files, commands) => {
  const project = await makeProject({ "package.json": { dependencies: { a: "1" } }, ...files });
  expect((await detectNode(project)).prepare.map(({ command }) => command)).toEqual(commands);
});

test.each([
  ["prisma", { "prisma/migrations/1_a/migration.sql": "" }, ["prisma", "migrate", "deploy"]],
  ["prisma", { "prisma/schema.prisma": "" }, ["prisma", "db", "push"]],
  ["prisma", { "prisma/schema.prisma": "", "test/other.prisma": "" }, ["prisma", "db", "push"]],
  ["prisma", { "test/prisma/schema.prisma": "" }, ["npm", "run", "db:migrate"]],
  ["drizzle-kit", { "drizzle/meta/_journal.json": "" }, ["drizzle-kit", "migrate"]],
  ["knex", { "knexfile.js": "" }, ["knex", "migrate:latest"]],
  ["node-pg-migrate", {}, ["node-pg-migrate", "up"]],
  ["kysely-ctl", {}, ["kysely", "migrate:latest"]],
  ["sequelize-cli", {}, ["sequelize-cli", "db:migrate"]],
  [
    "typeorm",
    { "src/data-source.ts": "" },
    ["typeorm-ts-node-commonjs", "migration:run", "-d", "src/data-source.ts"],
  ],
  ["pg", {}, ["npm", "run", "db:migrate"]],
])("%s with %j migrates by %j", async (dependency, files, command) => {
  const manifest = { dependencies: { [dependency]: "1" }, scripts: { "db:migrate": "node migrate.js" } };
  const { setup } = await detectNode(await makeProject({ "package.json": manifest, ...files }));
  expect(setup.map((step) => step.command)).toEqual([command]);
});

test.each(["", "[]", "{", '{"scripts":7,"dependencies":["a"]}', '{"scripts":{"test":3}}'])(
  "finds no suites in a package.json like %j, without an error",
  async (text) => {
    expect((await detectNode(await makeProject({ "package.json": text }))).suites).toEqual([]);
  },
);

test("treats scripts with their own configurations as different tests", async () => {
  const scripts = { test: "jest", "test:e2e": "jest --config ./test/jest-e2e.json" };
  const found = await detectSuites({ scripts });
  expect(Object.keys(found)).toEqual(["api", "e2e"]);
});

test("keeps what reads an environment file, but lets the branch's values win", async () => {
  const scripts = { "test:e2e": "npx env-cmd -f .env.test -- jest", "test:unit": "npm exec -- jest" };
  const { e2e, unit } = await detectSuites({ scripts });
  expect(e2e?.command.slice(0, 6)).toEqual(["env-cmd", "--no-override", "-f", ".env.test", "--", "jest"]);
  expect(unit?.command[0]).toBe("jest");
});
