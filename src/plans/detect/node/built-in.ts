import type { Folder } from "../../folder.ts";
import { findTestFiles, type NodeRunner, withoutNewSnapshots } from "./runners.ts";

/** Part of Node. It only reads options before its files, but also takes them from a variable. */
const nodeTest: NodeRunner = {
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

/** Part of Bun, whose name for it is also the one under which other managers start a script. */
const bunTest: NodeRunner = {
  name: "bun test",
  start: /\bbun test(\s|$)/,
  program: ["bun", "test"],
  tag: "api",
  drop: {
    flags: ["--watch", "--hot", "--coverage", "-u", "--update-snapshots"],
    valued: ["--reporter", "--reporter-outfile", "--coverage-reporter", "--coverage-dir"],
  },
  env: withoutNewSnapshots,
  args: ["--reporter=junit", "--reporter-outfile=$ARTIFACTS_DIR/junit.xml"],
  report: { format: "junit", path: "junit.xml" },
  takesFolders: true,
};

/** The runners that are part of a runtime, and the module that tests import them from. */
const builtIn = [
  { runner: nodeTest, module: /["']node:test["']/ },
  { runner: bunTest, module: /["']bun:test["']/ },
];

export const builtInRunners: readonly NodeRunner[] = builtIn.map(({ runner }) => runner);

/** Finds the runner that is part of a runtime and that the test files import; undefined if they import none. */
export async function findImportedRunner(folder: Folder): Promise<NodeRunner | undefined> {
  for (const file of findTestFiles(folder).slice(0, 20)) {
    const text = (await folder.read(file)) ?? "";
    const found = builtIn.find(({ module }) => module.test(text));
    // Older versions of Node run no TypeScript, and newer ones not all of it.
    const isRunnable = found?.runner !== nodeTest || !/\.[cm]?tsx?$/.test(file);
    if (found !== undefined && isRunnable) return found.runner;
  }
  return undefined;
}
