import { describe, expect, test } from "vitest";
import { followScript, lastCommand, readPlainScript } from "../../../src/plans/detect/node/script.ts";
import { detectNode } from "../../../src/plans/detect/node.ts";
import { makeProject } from "../project.ts";
import { detectIn } from "./detected.ts";

const mocha = "--reporter xunit --reporter-option output=$ARTIFACTS_DIR/junit.xml";
const jest = "--ci --json --outputFile=$ARTIFACTS_DIR/jest.json";
const vitest = "--reporter=default --reporter=json --outputFile=$ARTIFACTS_DIR/vitest.json";
const cypress = "--reporter junit --reporter-options mochaFile=$ARTIFACTS_DIR/cypress-[hash].xml";

const inside = '--reporter junit --reporter-options "mochaFile=$ARTIFACTS_DIR/cypress-[hash].xml"';

const detectScripts = (scripts: Record<string, string>, manifest: object = {}) =>
  detectIn(detectNode, { "package.json": { scripts, ...manifest } });

test.each([
  ["nyc mocha test", `mocha test ${mocha}`],
  ["nyc --reporter=lcov --all mocha test", `nyc --reporter=lcov --all mocha test ${mocha}`],
  ["npx c8 --check-coverage vitest run", `c8 --check-coverage vitest run ${vitest}`],
  ["npx -y jest", `jest ${jest}`],
  ["npx --package=jest jest", `npx --package=jest jest ${jest}`],
  ["pnpm --filter api exec jest", `pnpm --filter api exec jest ${jest}`],
  ["yarn workspace api jest", `yarn workspace api jest ${jest}`],
  ["yarn exec jest -- --runInBand", `jest -- --runInBand ${jest}`],
  ["env-cmd -f .env.test nyc --all mocha", `env-cmd --no-override -f .env.test nyc --all mocha ${mocha}`],
  ["cypress run --headed --browser chrome", `cypress run --browser chrome ${cypress}`],
  ["jest --json --outputFile out.json src", `jest src ${jest}`],
])("keeps of %j what its runner needs", async (script, command) => {
  const { suites } = await detectScripts({ test: script });
  expect(Object.values(suites)).toEqual([command]);
});

test.each<[what: string, scripts: Record<string, string>, suites: Record<string, string>]>([
  ["another script", { test: "npm run jest", jest: "jest --runInBand" }, { api: `jest --runInBand ${jest}` }],
  ["one that needs a shell", { test: "yarn run all", all: "jest $FLAGS" }, { api: `npm run all -- ${jest}` }],
  [
    "one that it is part of",
    { test: "npm run test:unit", "test:unit": "vitest" },
    { unit: `vitest run ${vitest}` },
  ],
  ["a script through another", { test: "npm run a", a: "pnpm b", b: "jest" }, { api: `jest ${jest}` }],
  [
    "its database before, and stops it after",
    { test: "docker compose up -d && yarn db:push && jest -i --colors && docker compose down" },
    { api: `jest -i --colors ${jest}` },
  ],
  ["itself", { test: "npm test" }, { api: "npm run test" }],
  ["each other", { test: "npm run a", a: "npm run test" }, { api: "npm run test" }],
  ["a script that does not exist", { test: "npm run vitest" }, { api: "npm run test" }],
  [
    "scripts named like runners",
    { test: "npm run lint && npm run jest", jest: "node a.js" },
    { api: "npm run test" },
  ],
])("follows a script that starts %s", async (_what, scripts, suites) => {
  expect((await detectScripts(scripts)).suites).toEqual(suites);
});

test.each<[what: string, scripts: Record<string, string>, suites: Record<string, string>]>([
  [
    "by its name",
    { e2e: "start-server-and-test start http://localhost:3000 cy:run", "cy:run": "cypress run" },
    { e2e: `start-server-and-test start http://localhost:3000 cypress run ${inside}` },
  ],
  [
    "that would be a suite without it",
    { "test:e2e": "cypress run", test: "npx server-test 3000 test:e2e" },
    { e2e: `server-test 3000 cypress run ${inside}` },
  ],
  [
    "in quotes",
    { e2e: "concurrently -k -s first 'npm start' 'wait-on tcp:3000 && cypress run'" },
    { e2e: `concurrently -k -s first npm start wait-on tcp:3000 && cypress run ${inside}` },
  ],
  [
    "which needs a shell to be told of its report",
    { e2e: "npm run build && start-server-and-test start 3000 'cypress run'" },
    { e2e: "npm run e2e" },
  ],
])("keeps the server that a script starts for another %s", async (_what, scripts, suites) => {
  expect((await detectScripts(scripts)).suites).toEqual(suites);
});

test("passes the report's arguments inside the word that is the runner's command", async () => {
  const { suites } = await detectNode(
    await makeProject({ "package.json": { scripts: { e2e: "start-test start 3000 'playwright test'" } } }),
  );
  expect(suites[0]?.suite.command).toEqual([
    ...["start-test", "start", "3000"],
    "playwright test --reporter=list,json --output=$ARTIFACTS_DIR/test-results",
  ]);
});

test.each([
  ["npm run build", `npm run test -- ${jest}`],
  ["prisma generate && tsc", `npm run test -- ${jest}`],
  ["eslint .", `jest ${jest}`],
  ["tsc --noEmit", `jest ${jest}`],
])("lets npm run %j before a script only if that prepares its tests", async (pretest, api) => {
  expect((await detectScripts({ pretest, test: "jest" })).suites).toEqual({ api });
});

test("keeps the script test beside a browser suite, whatever it starts", async () => {
  const { suites } = await detectScripts({ test: "ava", e2e: "cypress run" });
  expect(suites).toEqual({ e2e: `cypress run ${cypress}`, api: "npm run test" });
  const all = { test: "run-s test:*", "test:e2e": "cypress run" };
  expect(Object.keys((await detectScripts(all)).suites)).toEqual(["e2e"]);
});

test("uses the runner that is installed where a script starts it only through others", async () => {
  const manifest = { devDependencies: { vitest: "4" } };
  const { suites } = await detectScripts(
    { test: "npm run lint && npm run vitest", vitest: "vitest" },
    manifest,
  );
  expect(suites).toEqual({ api: `vitest run ${vitest}` });
});

describe("a script that needs no shell", () => {
  test.each<[script: string, env: Record<string, string>, words: string[]]>([
    ["a  b\tc", {}, ["a", "b", "c"]],
    ["A=1 B='x y' c d=e", { A: "1", B: "x y" }, ["c", "d=e"]],
    ["cross-env A= b", { A: "" }, ["b"]],
    [`a "b 'c'" 'd "e"' f'g'"h"`, {}, ["a", "b 'c'", 'd "e"', "fgh"]],
    ["a ''", {}, ["a", ""]],
    ["  a  ", {}, ["a"]],
    ["A=1", { A: "1" }, []],
    ["", {}, []],
  ])("%j", (script, env, words) => {
    expect(readPlainScript(script)).toEqual({ env, words });
  });

  test.each([
    "a $B",
    "a `b`",
    "a | b",
    "a > b",
    "a && b",
    "a *.js",
    "a {b,c}",
    'a "$B"',
    "a 'b",
    "a \\ b",
    "a # b",
  ])("%j is none", (script) => expect(readPlainScript(script)).toBeUndefined());
});

test.each([
  ["a", "a"],
  ["a && b", " b"],
  ["a; b || c d", " c d"],
  ["a && b > log", undefined],
  ["a | tee log", undefined],
  ["a | tee log && b", " b"],
  ["a &", undefined],
])("the last command of %j is %j", (script, command) => {
  expect(lastCommand(script)).toBe(command);
});

test("stays at a script whose name is one of every object's own", () => {
  expect(followScript({ test: "npm run toString" }, "test")).toEqual({
    name: "test",
    text: "npm run toString",
  });
});

test.each<[tool: string, files: Record<string, string>, setup: string[]]>([
  ["drizzle-kit", {}, ["drizzle-kit push --force"]],
  ["knex", {}, []],
  ["typeorm", { "src/data-source.js": "" }, ["typeorm migration:run -d src/data-source.js"]],
  ["typeorm", {}, []],
])("migrates with %s and %j by %j", async (tool, files, setup) => {
  const found = await detectIn(detectNode, { "package.json": { dependencies: { [tool]: "1" } }, ...files });
  expect(found.setup).toEqual(setup);
});
