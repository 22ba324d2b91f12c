/** The test runners that can run a subset of their tests. */
const runners = ["vitest", "jest", "pytest", "go", "gotestsum", "playwright"] as const;
export type Runner = (typeof runners)[number];

/** A runner found in an argument list. */
export interface FoundRunner {
  runner: Runner;
  /** The arguments up to the runner, including its subcommand for running tests, and those after it. */
  before: string[];
  after: string[];
}

/** The subcommand for running tests, for runners that have several. */
const subcommands: Partial<Record<Runner, string>> = { go: "test", playwright: "test" };

/** Programs that may start a runner, with options that take no value: a value may look like a runner too. */
const launchers = [
  /^(npx|bunx|uvx)( (-y|--yes|--no|--no-install|-q|--quiet))*$/,
  /^npm (exec|x)( (-y|--yes|--no|--))*$/,
  /^(pnpm|yarn)( (exec|dlx|run))?$/,
  /^(uv|poetry|pipenv|pdm|rye|hatch) run( (--frozen|--locked|--no-sync|--))*$/,
  /^python[\d.]* -m$/,
  /^go (tool|run)$/,
  /^node( (--experimental-[\w-]+|--no-warnings|--enable-source-maps))*$/,
];

/**
 * Finds the test runner that a command starts, if its argument list names one. What a package script or a shell starts
 * is unknown.
 */
export function findRunner(argv: readonly string[]): FoundRunner | undefined {
  for (const [start, argument] of argv.entries()) {
    const runner = asRunner(argument);
    if (runner === undefined || !isLauncher(argv.slice(0, start))) continue;
    const subcommand = subcommands[runner];
    if (subcommand !== undefined && argv[start + 1] !== subcommand) continue;
    const end = start + (subcommand === undefined ? 1 : 2);
    return { runner, before: argv.slice(0, end), after: argv.slice(end) };
  }
  return undefined;
}

/** Recognizes `node_modules/.bin/vitest`, `vitest@3` and `vitest.mjs` as vitest. */
function asRunner(argument: string): Runner | undefined {
  const name = lastPart(argument).replace(/@[\w.-]+$|\.[cm]?js$/, "");
  return runners.find((runner) => runner === name);
}

function isLauncher([program, ...others]: readonly string[]): boolean {
  if (program === undefined) return true;
  const text = [lastPart(program), ...others].join(" ");
  return launchers.some((launcher) => launcher.test(text));
}

function lastPart(path: string): string {
  return path.split("/").at(-1) ?? path;
}
