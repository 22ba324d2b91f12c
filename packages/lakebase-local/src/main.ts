import { UsageError } from "./cli/arguments.ts";
import { runPostgres } from "./cli/postgres.ts";
import { programUsage } from "./cli/usage.ts";
import { findHome } from "./home.ts";
import { getCode, getMessage, LocalError } from "./local-error.ts";
import { describeTrouble } from "./machine-trouble.ts";
import { useReserve } from "./reserve.ts";

async function main([name, ...words]: string[]): Promise<void> {
  if (name === "daemon") {
    // Here and below: a call to a running daemon loads only what it needs.
    const { runDaemon } = await import("./daemon/daemon.ts");
    return runDaemon();
  }
  try {
    process.stdout.write(await run(name, words));
  } catch (error) {
    process.stderr.write(`Error: ${describe(error)}\n`);
    if (error instanceof UsageError) process.stderr.write(`\n${error.usage}\n`);
    process.exitCode = 1;
  }
}

function describe(error: unknown): string {
  if (error instanceof LocalError) return error.describe();
  // The daemon's messages already describe the problem.
  return getCode(error) === undefined ? getMessage(error) : describeTrouble(error);
}

async function run(command: string | undefined, rest: string[]): Promise<string> {
  if (command === undefined || command === "help" || command === "--help" || command === "-h")
    return programUsage;
  const home = findHome();
  useReserve(home.reserveFile);
  if (command === "postgres") return runPostgres(home, rest);
  const { runVerb } = await import("./cli/verbs.ts");
  return runVerb(home, ["--version", "-v"].includes(command) ? "version" : command, rest);
}

void main(process.argv.slice(2));
