import { spawn } from "node:child_process";
import { LocalError } from "../local-error.ts";
import { findPostgresAccount } from "./account.ts";

/** What a program printed, and how it ended. */
export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/**
 * Runs a program to its end as the account that owns the data.
 * Its folder is the root: our own working directory may be closed to that account.
 */
export function runAsPostgres(program: string, args: string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...findPostgresAccount(),
      cwd: "/",
      env: { PATH: process.env.PATH, LC_ALL: "C" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const printed = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text) => {
      printed.stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      printed.stderr += text;
    });
    child.on("error", (cause) => reject(cannotRun(program, cause)));
    child.on("close", (code) => resolve({ code, ...printed }));
  });
}

/** The error for a program that the system would not start. */
export function cannotRun(program: string, cause: Error): LocalError {
  const account = findPostgresAccount();
  return new LocalError(`cannot run ${program}${account ? ` as uid ${account.uid}` : ""}: ${cause.message}`, {
    hint: account
      ? "Run lakebase-local as an ordinary user, or where root may switch to that uid."
      : "Check that the program is there and may be executed.",
    cause,
  });
}
