import type { ReportCase } from "../../../schemas/plan/report.ts";
import { type FoundRunner, findRunner, type Runner } from "./find-runner.ts";

/** With more failed tests than this, running them first is no quick check. */
const mostTests = 100;
/** The longest argument, in characters; systems allow 128 KiB. */
const longestArgument = 60_000;

type NamedCase = Pick<ReportCase, "name" | "file">;

/** How to make a runner run only certain tests. */
interface Selection {
  /** Options of the command that already select tests: a second one would be an error, or override the first. */
  taken: RegExp;
  /** Builds the arguments that select the tests; undefined if their names cannot be expressed for the runner. */
  select: (tests: readonly NamedCase[]) => string[] | undefined;
  /** Where they go: before or after the other arguments. */
  place: "first" | "last";
}

/**
 * By runner. The names are text written by a suite: no shell sees them, none can become an option, and a `$` is escaped
 * so that nothing takes it for a variable. If tests cannot be selected exactly, more than the failed ones run. Sources:
 * vitest.dev/config/testnamepattern, jestjs.io/docs/cli, docs.pytest.org (how-to/usage), `go help testflag`,
 * gotestsum's README, playwright.dev/docs/test-cli.
 */
const selections: Record<Runner, Selection> = {
  vitest: {
    taken: /^(-t|--test-?[nN]ame-?[pP]attern)(=|$)/,
    select: (tests) => [`--testNamePattern=${wholeNames(tests)}`],
    place: "last",
  },
  jest: {
    taken: /^(-t|--test-?[nN]ame-?[pP]attern)(=|$)/,
    select: (tests) => [`--testNamePattern=${wholeNames(tests)}`],
    place: "last",
  },
  pytest: {
    taken: /^-k/,
    select: (tests) => withValues(tests.flatMap(findKeywords), (terms) => ["-k", terms.join(" or ")]),
    place: "last",
  },
  go: {
    taken: /^--?(test\.)?run(=|$)/,
    select: (tests) => withValues(tests.flatMap(findGoTests), (names) => [`-run=^(${names.join("|")})$`]),
    place: "first",
  },
  gotestsum: {
    taken: /^--?(test\.)?run(=|$)|^--raw-command$/,
    select: (tests) => withValues(tests.flatMap(findGoTests), (names) => [`-run=^(${names.join("|")})$`]),
    place: "first",
  },
  playwright: {
    taken: /^(-g|--grep)(=|$)/,
    // The title it matches begins with project and file, and ends with tags.
    select: (tests) => [
      `--grep=${tests.map(({ name }) => buildTitlePattern(withoutProject(name))).join("|")}`,
    ],
    place: "last",
  },
};

/**
 * Turns a command that runs all tests into one that runs some of them.
 * @returns the reason if that is impossible, as part of a sentence
 */
export function selectTests(
  argv: readonly string[],
  tests: readonly NamedCase[],
): { argv: string[] } | { reason: string } {
  if (tests.length > mostTests) return { reason: `${tests.length} tests failed, too many for a quick check` };
  const found = findRunner(argv);
  if (found === undefined) return { reason: "its command names no runner that can run selected tests" };
  const { taken, select, place } = selections[found.runner];
  if (found.after.some((argument) => taken.test(argument)))
    return { reason: "its command already selects tests" };
  const own = select(tests.filter(({ name }) => !name.includes("\0")));
  if (own === undefined) return { reason: `its tests have no names that ${found.runner} can select` };
  if (own.some((argument) => argument.length > longestArgument))
    return { reason: "the names of its failed tests are too long for a command" };
  const selected = place === "first" ? putFirst(found, own) : putLast(found, own);
  return selected === undefined
    ? { reason: `its command passes nothing on to go test after "--"` }
    : { argv: selected };
}

/** gotestsum passes arguments after `--` on to `go test`. */
function putFirst({ runner, before, after }: FoundRunner, own: string[]): string[] | undefined {
  if (runner === "go") return [...before, ...own, ...after];
  const passed = after.indexOf("--");
  if (passed === -1) return undefined;
  return [...before, ...after.slice(0, passed + 1), ...own, ...after.slice(passed + 1)];
}

/** After a `--`, arguments are no longer parsed as options. */
function putLast({ before, after }: FoundRunner, own: string[]): string[] {
  const end = after.indexOf("--");
  if (end === -1) return [...before, ...after, ...own];
  return [...before, ...after.slice(0, end), ...own, ...after.slice(end)];
}

function withValues(values: string[], use: (values: string[]) => string[]): string[] | undefined {
  return values.length === 0 ? undefined : use([...new Set(values)]);
}

/** Runners join the names of groups and test with a space, or with ` > ` from vitest 5 on. */
function wholeNames(tests: readonly NamedCase[]): string {
  return `^(?:${tests.map(({ name }) => buildTitlePattern(name)).join("|")})$`;
}

/** Reports join groups with `>` or `›`, and runners with a space or their own separator. */
function buildTitlePattern(name: string): string {
  return name
    .split(/ [>›] /)
    .map(escapeRegExp)
    .join("(?: | > | › )");
}

/** A dollar sign in brackets matches itself, and is not a variable of a command either. */
function escapeRegExp(text: string): string {
  return text.replace(/[\\^.*+?()[\]{}|/]/g, "\\$&").replaceAll("$", "[$]");
}

function withoutProject(name: string): string {
  return name.replace(/^\[[^\]]*\] /, "");
}

/** Selects `tests.test_cart.TestCart.test_total[2]` by its function and what encloses it, with all parameters. */
function findKeywords({ name }: NamedCase): string[] {
  const parts = (name.split("[", 1)[0] ?? "").split(/\.|::| > /);
  const [around, own] = parts.slice(-2).length === 2 ? parts.slice(-2) : [undefined, parts[0]];
  if (own === undefined || !isKeyword(own)) return [];
  return [around !== undefined && isKeyword(around) ? `(${around} and ${own})` : own];
}

function isKeyword(word: string): boolean {
  return /^[A-Za-z_]\w*$/.test(word) && !/^(and|or|not|True|False|None)$/.test(word);
}

/** Selects `example.com/shop.TestCart/empty` by its test, with all subtests. */
function findGoTests({ name }: NamedCase): string[] {
  const names = name.matchAll(/(?:^|\.|\s)((?:Test|Fuzz|Example)[\p{L}\p{N}_]*)(?=\/|$)/gu);
  return [...names].flatMap(([, test]) => test ?? []);
}
