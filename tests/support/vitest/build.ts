import { execFileSync } from "node:child_process";

/** Builds the programs, so that no test runs against an outdated bundle. */
export default function build(): void {
  execFileSync(process.execPath, ["build.mjs"], { stdio: "inherit" });
}
