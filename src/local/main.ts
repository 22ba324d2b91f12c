import { UsageError } from "./cli/arguments.ts";
import { runPostgres } from "./cli/postgres.ts";
import { programUsage } from "./cli/usage.ts";
import { runVerb } from "./cli/verbs.ts";
import { findHome } from "./home.ts";
import { LocalError, messageOf } from "./local-error.ts";

const [name, ...words] = process.argv.slice(2);

if (name === "daemon") {
  // Loaded only here: a command stays small.
  const { runDaemon } = await import("./daemon/daemon.ts");
  await runDaemon();
} else {
  try {
    process.stdout.write(await run(name, words));
  } catch (error) {
    process.stderr.write(`Error: ${error instanceof LocalError ? error.describe() : messageOf(error)}\n`);
    if (error instanceof UsageError) process.stderr.write(`\n${error.usage}\n`);
    process.exitCode = 1;
  }
}

async function run(command: string | undefined, rest: string[]): Promise<string> {
  if (command === undefined || command === "help" || command === "--help" || command === "-h")
    return programUsage;
  if (command === "--version" || command === "-v") return runVerb(findHome(), "version", rest);
  if (command === "postgres") return runPostgres(findHome(), rest);
  return runVerb(findHome(), command, rest);
}
