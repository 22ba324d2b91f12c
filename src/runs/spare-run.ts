/**
 * What the command line of a worker that is started before its run has in place of the run's id, which replaces it: it
 * is as long.
 */
export const spareRun = "spare".padEnd("run-20260101T000000-01234567".length, ".");
