import type { ReportCase } from "../../../schemas/plan/report.ts";
import { type FoundRunner, findRunner, type Runner } from "./find-runner.ts";

/** More failed tests than this are no quick look. */
const mostTests = 100;
/** Of one argument, in characters: systems take 128 KiB. */
const longestArgument = 60_000;

type NamedCase = Pick<ReportCase, "name" | "file">;

/** How to have a runner run certain tests alone. */
interface Selection {
  /** Options of the command that select tests already: two of a kind are an error, or one of them wins. */
  taken: RegExp;
  /** The arguments that select the tests; undefined where their names cannot be told in the runner's terms. */
  select: (tests: readonly NamedCase[]) => string[] | undefined;
  /** Where they go: before the other arguments, or behind them. */
  place: "first" | "last";
}

/**
 * By runner. The names are text that a suite wrote: no shell sees them, none becomes an option, and a `$` is written so
 * that nothing takes it for a variable. Where a runner cannot be told exactly, it runs more than the failed tests.
 * Sources: vitest.dev/config/testnamepattern, jestjs.io/docs/cli, docs.pytest.org (how-to/usage), `go help testflag`,
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
    // The title that it matches begins with project and file, and ends with tags.
    select: (tests) => [`--grep=${tests.map(({ name }) => titlePattern(withoutProject(name))).join("|")}`],
    place: "last",
  },
};

/**
 * A command that runs some tests alone, made from one that runs all.
 * @returns why it cannot be made, as part of a sentence
 */
export function selectTests(
  argv: readonly string[],
  tests: readonly NamedCase[],
): { argv: string[] } | { reason: string } {
  if (tests.length > mostTests) return { reason: `${tests.length} tests failed, too many for a quick look` };
  const found = findRunner(argv);
  if (found === undefined) return { reason: "its command names no runner that can run some tests alone" };
  const { taken, select, place } = selections[found.runner];
  if (found.after.some((argument) => taken.test(argument)))
    return { reason: "its command selects tests already" };
  const own = select(tests.filter(({ name }) => !name.includes("\0")));
  if (own === undefined) return { reason: `its tests have no names that ${found.runner} can be told` };
  if (own.some((argument) => argument.length > longestArgument))
    return { reason: "the names of its failed tests are too long for a command" };
  const selected = place === "first" ? putFirst(found, own) : putLast(found, own);
  return selected === undefined
    ? { reason: `its command hands nothing on to go test by "--"` }
    : { argv: selected };
}

/** What gotestsum passes on to `go test` stands behind a `--`. */
function putFirst({ runner, before, after }: FoundRunner, own: string[]): string[] | undefined {
  if (runner === "go") return [...before, ...own, ...after];
  const passed = after.indexOf("--");
  if (passed === -1) return undefined;
  return [...before, ...after.slice(0, passed + 1), ...own, ...after.slice(passed + 1)];
}

/** Behind a `--`, options are none any more. */
function putLast({ before, after }: FoundRunner, own: string[]): string[] {
  const end = after.indexOf("--");
  if (end === -1) return [...before, ...after, ...own];
  return [...before, ...after.slice(0, end), ...own, ...after.slice(end)];
}

function withValues(values: string[], use: (values: string[]) => string[]): string[] | undefined {
  return values.length === 0 ? undefined : use([...new Set(values)]);
}

/** The groups around a test and its own name are joined by a space, or by ` > ` from vitest 5 on. */
function wholeNames(tests: readonly NamedCase[]): string {
  return `^(?:${tests.map(({ name }) => titlePattern(name)).join("|")})$`;
}

/** Reports join groups by `>` or `›`, and runners by a space or by their own sign. */
function titlePattern(name: string): string {
  return name
    .split(/ [>›] /)
    .map(escapeRegExp)
    .join("(?: | > | › )");
}

/** A dollar sign in brackets stands for itself, and is no variable of a command either. */
function escapeRegExp(text: string): string {
  return text.replace(/[\\^.*+?()[\]{}|/]/g, "\\$&").replaceAll("$", "[$]");
}

function withoutProject(name: string): string {
  return name.replace(/^\[[^\]]*\] /, "");
}

/** `tests.test_cart.TestCart.test_total[2]` is selected by its function and what is around it, with all parameters. */
function findKeywords({ name }: NamedCase): string[] {
  const parts = (name.split("[", 1)[0] ?? "").split(/\.|::| > /);
  const [around, own] = parts.slice(-2).length === 2 ? parts.slice(-2) : [undefined, parts[0]];
  if (own === undefined || !isKeyword(own)) return [];
  return [around !== undefined && isKeyword(around) ? `(${around} and ${own})` : own];
}

function isKeyword(word: string): boolean {
  return /^[A-Za-z_]\w*$/.test(word) && !/^(and|or|not|True|False|None)$/.test(word);
}

/** `example.com/shop.TestCart/empty` is selected by its test, with all subtests. */
function findGoTests({ name }: NamedCase): string[] {
  const names = name.matchAll(/(?:^|\.|\s)((?:Test|Fuzz|Example)[\p{L}\p{N}_]*)(?=\/|$)/gu);
  return [...names].flatMap(([, test]) => test ?? []);
}
