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
  /** Its package; absent if it is part of Node or Bun. */
  dependency?: string;
  /** The configuration file that shows it is used, if the package alone does not. */
  config?: RegExp;
  /** Arguments of a script that would keep it from ending, or from writing a correct report. */
  drop: { flags: string[]; valued: string[] };
  /** Arguments added after the script's own. */
  args: string[];
  /** Where its settings are, besides package.json, and arguments that are added if they match. */
  settings?: { files: RegExp; counter: readonly (readonly [setting: RegExp, args: string[]])[] };
  /** What its arguments cannot say, or would not if they did not reach it at the end of a script. */
  env?: Record<string, string>;
  report: ReportSpec;
  /** Whether a folder as argument limits it to the tests in that folder. */
  takesFolders: boolean;
}

const jestDrop = {
  flags: [
    ...["--watch", "--watchAll", "--coverage", "--json", "-u", "--updateSnapshot"],
    // What changed since the last commit, or failed in the last run, is nothing in a new worktree.
    ...["-o", "--onlyChanged", "--lastCommit", "-f", "--onlyFailures"],
  ],
  valued: ["--reporters", "--outputFile", "--changedSince"],
};

/** jest writes no report if it bails out; and its report does not show that coverage was too low. */
const jestSettings: NodeRunner["settings"] = {
  files: /^jest\.config\.([cm]?[jt]s|json)$/,
  counter: [
    [/\bbail\b|\bjest\b[^"&|;]* -b\b/, ["--bail=0"]],
    [/\bcoverageThreshold\b/, ["--coverage=false"]],
  ],
};

/** Otherwise a runner writes a snapshot that is missing, with which the test passes. `--ci` does the same for jest. */
export const withoutNewSnapshots = { CI: "true" };

/** If a script names several, the first one here is assumed to be the one it starts. */
export const nodeRunners: readonly NodeRunner[] = [
  {
    name: "playwright",
    start: /\bplaywright test\b/,
    program: ["playwright", "test"],
    tag: "e2e",
    dependency: "@playwright/test",
    config: /^playwright\.config\.[cm]?[jt]s$/,
    drop: {
      flags: ["--ui", "--headed", "--debug", "--last-failed", "--only-changed"],
      valued: ["--reporter", "--output"],
    },
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
        "--changed",
      ],
      valued: ["--reporter", "--outputFile"],
    },
    // Its JUnit reports neither retries nor that a test did not end. A file in its settings would override `.json`.
    args: ["--reporter=default", "--reporter=json", "--outputFile=$ARTIFACTS_DIR/vitest.json"],
    settings: { files: /^vite(st)?\.config\.[cm]?[jt]s$/, counter: [[/\bthresholds\b/, ["--no-coverage"]]] },
    env: withoutNewSnapshots,
    report: { format: "vitest-json", path: "vitest.json" },
    takesFolders: true,
  },
  {
    name: "react-scripts",
    start: /\b(react-scripts|craco|react-app-rewired) test\b/,
    program: ["react-scripts", "test"],
    tag: "api",
    dependency: "react-scripts",
    drop: jestDrop,
    args: ["--watchAll=false", "--ci", "--json", "--outputFile=$ARTIFACTS_DIR/jest.json"],
    settings: jestSettings,
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
    settings: jestSettings,
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

const testFile =
  /(^|\/)[^/]+[._-](test|spec)\.[cm]?[jt]sx?$|(^|\/)__tests__\/|(^|\/)test\/[^/]+\.[cm]?[jt]s$/;

/** Adds the arguments that a runner needs because of its settings. */
export async function adaptToSettings(folder: Folder, runner: NodeRunner): Promise<NodeRunner> {
  const { files, counter } = runner.settings ?? { files: /(?!)/, counter: [] };
  const names = folder.files.filter((file) => file === "package.json" || files.test(file));
  const text = (await Promise.all(names.map(folder.read))).join("\n");
  const added = counter.flatMap(([setting, args]) => (setting.test(text) ? args : []));
  return { ...runner, args: [...added, ...runner.args] };
}

/** Finds the files that any of these runners would consider tests. */
export function findTestFiles({ files }: Folder): string[] {
  return files.filter((file) => testFile.test(file));
}
