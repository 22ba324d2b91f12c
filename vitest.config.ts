import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts", "packages/*/tests/**/*.test.ts"],
    exclude: ["tests/live/**"],
    globalSetup: ["tests/support/local-lakebase.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
