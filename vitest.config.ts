import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { skipMark } from "./tests/support/vitest/skip.ts";
import SlowestFirst from "./tests/support/vitest/slowest-first.ts";

const roots = "{tests,packages/*/tests}";
const cores = availableParallelism();
/** Most of such a test is waiting for processes. */
const waiting = { maxWorkers: 3 * cores, sequence: { groupOrder: 1 } };
const globalSetup = ["tests/support/vitest/build.ts", "tests/support/vitest/local-lakebase.ts"];

export default defineConfig({
  test: {
    // For a machine that is busy with other work: no test is about how long something takes.
    testTimeout: 400_000,
    hookTimeout: 400_000,
    expect: { poll: { timeout: 100_000 } },
    reporters: ["default", "./tests/support/vitest/skip-reporter.ts"],
    // The reporter repeats these at the end.
    onConsoleLog: (text) => !text.startsWith(skipMark),
    sequence: { sequencer: SlowestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          // Nothing here starts a process or keeps state in a module, so that files can share a thread.
          pool: "threads",
          isolate: false,
          maxWorkers: cores,
          include: [`${roots}/**/*.test.ts`],
          exclude: ["**/*.{integration,alone,long}.test.ts", "tests/live/**"],
        },
      },
      {
        extends: true,
        test: {
          name: "integration",
          include: [`${roots}/**/*.integration.test.ts`],
          globalSetup,
          ...waiting,
        },
      },
      // What disturbs everything else on the machine, such as a lack of memory, runs after the others.
      {
        extends: true,
        test: {
          name: "alone",
          include: [`${roots}/**/*.alone.test.ts`],
          globalSetup,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
      // What takes minutes and seldom breaks: `npm run test:long`, and once a day on GitHub.
      {
        extends: true,
        test: { name: "long", include: [`${roots}/**/*.long.test.ts`], globalSetup, ...waiting },
      },
    ],
  },
});
