import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    exclude: ["tests/live/**"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
