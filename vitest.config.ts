import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { skipMark } from "./tests/support/skip.ts";

const integration = "**/*.integration.test.ts";

export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ["default", "./tests/support/skip-reporter.ts"],
    // The reporter repeats these at the end.
    onConsoleLog: (text) => !text.startsWith(skipMark),
    // Most of an integration test is waiting for processes.
    maxWorkers: 2 * availableParallelism(),
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          // Nothing here starts a process or keeps state in a module, so that files can share a thread.
          pool: "threads",
          isolate: false,
          include: ["tests/**/*.test.ts", "packages/*/tests/**/*.test.ts"],
          exclude: [integration, "tests/live/**"],
        },
      },
      {
        extends: true,
        test: {
          name: "integration",
          include: [`tests/${integration}`, `packages/*/tests/${integration}`],
          globalSetup: ["tests/support/build.ts", "tests/support/local-lakebase.ts"],
        },
      },
    ],
  },
});
