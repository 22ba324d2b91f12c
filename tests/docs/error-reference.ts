import type { ErrorCodeEntry } from "../../schemas/error-codes/entry.ts";
import { errorCodes } from "../../schemas/error-codes.ts";

const retries = { yes: "yes", no: "no", sometimes: "see `retryable`" } as const;

const introduction = `# Errors

Generated from \`schemas/error-codes\` by \`npm run docs\`; a test fails when it drifts.

Every error that a tool returns, that the command line prints or that a record holds has these fields:

- \`code\`: one of those below. Codes are stable: branch on them, not on messages.
- \`message\`: what happened, with the names and paths involved.
- \`hint\`: what to do next.
- \`retryable\`: whether the same call may succeed when it is made again, unchanged.

The command line prints them on stderr. \`lakebase-local\` answers with the errors of Lakebase itself.`;

/** docs/errors.md: every code, what it means, what to do and whether to call again. */
export function renderErrorReference(): string {
  const sections = Object.entries(errorCodes).map(
    ([area, codes]: [string, Record<string, ErrorCodeEntry>]) => {
      const rows = Object.entries(codes).map(
        ([code, { meaning, remedy, retry }]) =>
          `| \`${code}\` | ${meaning} | ${remedy} | ${retries[retry]} |`,
      );
      const title = `${area.charAt(0).toUpperCase()}${area.slice(1)}`;
      return `## ${title}\n\n| code | meaning | what to do | call again? |\n|---|---|---|---|\n${rows.join("\n")}\n`;
    },
  );
  return `${introduction}\n\n${sections.join("\n")}`;
}
