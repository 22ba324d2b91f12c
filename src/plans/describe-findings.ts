import { findMigrationsTag } from "./assemble-plan.ts";
import type { Detection, FoundStep, FoundSuite } from "./detection.ts";
import type { EnvFiles } from "./env-files.ts";
import type { FoundVariables } from "./variables.ts";

/** What was found and what was not, in sentences for whoever continues with the plan. */
export interface Findings {
  found: string[];
  not_found: string[];
  /** What would improve the plan, and what must be installed to run it. */
  advice: string[];
}

export function describeFindings(
  { suites, setup, prepare }: Detection,
  { mapped, unknown, port, fixedPort }: FoundVariables,
  { copied, untracked }: EnvFiles = { copied: [], untracked: [] },
): Findings {
  const steps = (what: string, found: FoundStep[]) =>
    found.map(({ command, source }) => `${what}: ${command.join(" ")} (${source})`);
  const migrationsTag = findMigrationsTag({ suites, setup });
  return {
    found: [
      ...suites.map(describeSuite),
      ...(migrationsTag === undefined
        ? []
        : [`suite ${migrationsTag}: built in, runs setup twice on a fork of the parent branch`]),
      ...steps("setup and promote.migrate", setup),
      ...steps("worktrees.prepare", prepare),
      ...copied.map((file) => `worktrees.copy: ${file}, which git ignores and the code reads`),
      ...mapped.map(({ name, value, source }) => `env.${name}: ${value} (${source})`),
      ...(port === undefined ? [] : [`ports: PORT (${port})`]),
    ],
    not_found: [
      ...(suites.length === 0 ? ["suites: no known test runner"] : []),
      ...(suites.some(({ tag }) => tag === "e2e")
        ? []
        : ["an e2e suite: no Playwright, no Cypress, and no script or test folder of that name"]),
      ...(setup.length === 0 ? ["setup and promote.migrate: no known migration tool"] : []),
      ...(prepare.length === 0 ? ["worktrees.prepare: no lock file and no list of dependencies"] : []),
      ...unknown.map((name) => `a value for ${name}, which the example .env file lists`),
    ],
    advice: [
      ...[...suites, ...setup].flatMap(({ advice }) => advice ?? []),
      ...(fixedPort === undefined
        ? []
        : [
            `${fixedPort.source} expects the server on port ${fixedPort.port}, so experiments run one at a time. To run them in parallel, have it and the server read PORT, then set "ports": 1 and a higher budget.concurrent_branches.`,
          ]),
      ...untracked.map(
        (file) =>
          `The code reads ${file}, which is not committed: add it to .gitignore, then to worktrees.copy.`,
      ),
    ],
  };
}

function describeSuite({ tag, suite: { report }, source }: FoundSuite): string {
  const counted = report.format === "exit-code" ? "counted by exit status" : `counted from ${report.format}`;
  return `suite ${tag}: ${source}, ${counted}`;
}
