// On a busy machine a test may take a while.
export default { test: { include: ["**/*.test.mjs"], testTimeout: 300_000 } };
