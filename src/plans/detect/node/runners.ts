import type { ReportSpec } from "../../../../schemas/plan/suite.ts";
import type { Folder } from "../../folder.ts";

/** A Node test runner, and how it writes a supported report. */
export interface NodeRunner {
  name: string;
  /** Matches the words that start it in a script. */
  start: RegExp;
  /** The command to start it without a script and without watching. */
  program: string[];
  tag: "api" | "e2e";
  /** Its package; absent if it is part of Node. */
  dependency?: string;
  /** The configuration file that shows it is used, if the package alone does not. */
  config?: RegExp;
  /** Arguments of a script that would keep it from ending, or from writing a correct report. */
  drop: { flags: string[]; valued: string[] };
  /** Arguments added after the script's own. */
  args: string[];
  /** Used if extra arguments at the end of a script would not reach it. */
  env?: Record<string, string>;
  report: ReportSpec;
  /** Whether a folder as argument limits it to the tests in that folder. */
  takesFolders: boolean;
}

const jestDrop = {
  flags: ["--watch", "--watchAll", "--coverage", "--json", "-u", "--updateSnapshot"],
  valued: ["--reporters", "--outputFile"],
};

/** If a script names several, the first one here is assumed to be the one it starts. */
export const nodeRunners: readonly NodeRunner[] = [
  {
    name: "playwright",
    start: /\bplaywright test\b/,
    program: ["playwright", "test"],
    tag: "e2e",
    dependency: "@playwright/test",
    config: /^playwright\.config\.[cm]?[jt]s$/,
    drop: { flags: ["--ui", "--headed", "--debug"], valued: ["--reporter", "--output"] },
    args: ["--reporter=list,json", "--output=$ARTIFACTS_DIR/test-results"],
    env: { PLAYWRIGHT_JSON_OUTPUT_NAME: "$ARTIFACTS_DIR/playwright.json" },
    report: { format: "playwright-json", path: "playwright.json" },
    takesFolders: false,
  },
  {
    name: "cypress",
    start: /\bcypress run\b/,
    program: ["cypress", "run"],
    tag: "e2e",
    dependency: "cypress",
    config: /^cypress\.config\.[cm]?[jt]s$|^cypress\.json$/,
    drop: { flags: ["--headed"], valued: ["--reporter", "-r", "--reporter-options", "-o"] },
    args: ["--reporter", "junit", "--reporter-options", "mochaFile=$ARTIFACTS_DIR/cypress-[hash].xml"],
    report: { format: "junit", path: "cypress-*.xml" },
    takesFolders: false,
  },
  {
    name: "vitest",
    start: /\bvitest\b(?: run\b)?/,
    program: ["vitest", "run"],
    tag: "api",
    dependency: "vitest",
    drop: {
      flags: [
        "run",
        "watch",
        "dev",
        "--run",
        "--watch",
        "-w",
        "--ui",
        "--open",
        "-u",
        "--update",
        "--coverage",
      ],
      valued: ["--reporter", "--outputFile"],
    },
    // Its JUnit reports neither retries nor that a test did not end.
    args: ["--reporter=default", "--reporter=json", "--outputFile.json=$ARTIFACTS_DIR/vitest.json"],
    report: { format: "vitest-json", path: "vitest.json" },
    takesFolders: true,
  },
  {
    name: "react-scripts",
    start: /\breact-scripts test\b/,
    program: ["react-scripts", "test"],
    tag: "api",
    dependency: "react-scripts",
    drop: jestDrop,
    args: ["--watchAll=false", "--ci", "--json", "--outputFile=$ARTIFACTS_DIR/jest.json"],
    report: { format: "jest-json", path: "jest.json" },
    takesFolders: true,
  },
  {
    name: "jest",
    start: /\bjest(\.js)?\b/,
    program: ["jest"],
    tag: "api",
    dependency: "jest",
    drop: jestDrop,
    args: ["--ci", "--json", "--outputFile=$ARTIFACTS_DIR/jest.json"],
    report: { format: "jest-json", path: "jest.json" },
    takesFolders: true,
  },
  {
    name: "mocha",
    start: /\b_?mocha(\.js)?\b/,
    program: ["mocha"],
    tag: "api",
    dependency: "mocha",
    drop: {
      flags: ["--watch", "-w"],
      valued: ["--reporter", "-R", "--reporter-option", "--reporter-options", "-O"],
    },
    args: ["--reporter", "xunit", "--reporter-option", "output=$ARTIFACTS_DIR/junit.xml"],
    report: { format: "junit", path: "junit.xml" },
    takesFolders: false,
  },
];

/** Part of Node. It only reads options before its files, but also takes them from a variable. */
export const nodeTest: NodeRunner = {
  name: "node:test",
  start: /(^|\s)--test(\s|$)/,
  program: ["node", "--test"],
  tag: "api",
  drop: {
    flags: ["--watch", "--experimental-test-coverage"],
    valued: ["--test-reporter", "--test-reporter-destination"],
  },
  args: [
    "--test-reporter=spec",
    "--test-reporter-destination=stdout",
    "--test-reporter=junit",
    "--test-reporter-destination=$ARTIFACTS_DIR/junit.xml",
  ],
  env: {
    NODE_OPTIONS: '--test-reporter=junit --test-reporter-destination="$ARTIFACTS_DIR/junit.xml"',
  },
  report: { format: "junit", path: "junit.xml" },
  takesFolders: false,
};

const testFile =
  /(^|\/)[^/]+[._-](test|spec)\.[cm]?[jt]sx?$|(^|\/)__tests__\/|(^|\/)test\/[^/]+\.[cm]?[jt]s$/;

/** Finds the files that any of these runners would consider tests. */
export function findTestFiles({ files }: Folder): string[] {
  return files.filter((file) => testFile.test(file));
}
