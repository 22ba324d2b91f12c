import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import * as z from "zod";
import { getMessage } from "../../src/utils/core-error.ts";
import { describeError } from "../../src/utils/describe-error.ts";
import { parseLiveOptions } from "./options.ts";
import { runLive } from "./run-live.ts";

const usage = "Usage: npm run test:live -- [--profile NAME] [--project ID] [--teardown] [--no-prompt]";

const report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  success: z.boolean(),
});

/** Vitest in a process of its own; the results from its report. */
async function runTests(env: NodeJS.ProcessEnv) {
  const folder = await mkdtemp(join(tmpdir(), "lakebase-live-"));
  try {
    const file = join(folder, "report.json");
    const reporters = ["--reporter=verbose", "--reporter=json", `--outputFile=${file}`];
    await execa("vitest", ["run", "--config", "tests/live/vitest.config.ts", ...reporters], {
      ...{ env, extendEnv: false, preferLocal: true, reject: false },
      ...{ stdin: "ignore", stdout: "inherit", stderr: "inherit" },
    });
    const { numPassedTests, numFailedTests, numPendingTests, success } = report.parse(
      JSON.parse(await readFile(file, "utf8")),
    );
    // A hook that failed is a failure without a failed test.
    const failed = success ? numFailedTests : Math.max(1, numFailedTests);
    return { passed: numPassedTests, failed, skipped: numPendingTests };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const say = (line: string) => process.stderr.write(`${line}\n`);

try {
  const options = parseLiveOptions(process.argv.slice(2));
  process.exitCode = await runLive(options, { env: process.env, runTests, say });
} catch (error) {
  const isUsage = error instanceof TypeError;
  say(isUsage ? `${getMessage(error)}\n${usage}` : `${getMessage(error)}\n${describeError(error).hint}`);
  process.exitCode = isUsage ? 2 : 1;
}
