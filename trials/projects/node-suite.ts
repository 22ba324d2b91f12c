/** The command and report of a node:test suite, with its own arguments. */
export const nodeSuite = (...args: string[]) => ({
  command: [
    "node",
    "--test",
    "--test-reporter=junit",
    "--test-reporter-destination=$ARTIFACTS_DIR/report.xml",
    ...args,
  ],
  report: { format: "junit", path: "report.xml" },
});
