/** The command and report of a suite of node:test, with arguments of its own. */
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
