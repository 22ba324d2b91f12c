import { fixedVariables } from "../../../../schemas/plan/suite.ts";
import { exitCode, type SuiteInput } from "../../detection.ts";
import { isOfBranch, mapVariable } from "../../variables.ts";
import type { NodeRunner } from "./runners.ts";
import { lastCommand, readPlainScript, splitCommands } from "./script.ts";

/** Launchers in scripts that a plan's command does not need. */
const launchers = /^(npx|pnpx|bunx|yarn|pnpm|npm|exec|dlx|nyc|c8|--|--no-install|-y|--yes)$/;

/** What a launcher has to be kept for, with all that follows: an option of its own, or a package to start in. */
const needsLauncher = /^(?!(--|--no-install|-y|--yes)$)-|^workspace$/;

/** Programs whose arguments are commands. */
const wrapper = /^(start-server-and-test|server-test|start-test|concurrently)$/;

/** A script in package.json that starts a runner. */
export interface RunnerScript {
  name: string;
  text: string;
  /** Whether npm runs another one before it, which prepares it. */
  isPrepared?: boolean;
}

/**
 * Builds the command that makes a runner write its report: the script's own words if they need no shell, or else the
 * script with extra arguments, or else just the runner. If the script's arguments would not reach it, the exit status
 * counts.
 * @param manager runs scripts: npm, pnpm, yarn, bun
 */
export function buildSuite(
  runner: NodeRunner,
  script: RunnerScript | undefined,
  manager: string,
): Pick<SuiteInput, "command" | "report" | "env"> {
  const { report } = runner;
  const own = script === undefined || script.isPrepared === true ? undefined : useWords(runner, script.text);
  if (own !== undefined) return own;
  if (script?.text.split(/\s+/).some((word) => wrapper.test(word)))
    return { command: [manager, "run", script.name], report: exitCode };
  if (script !== undefined && runner.start.test(lastCommand(script.text) ?? ""))
    return { ...runScript(runner, script.name, manager), report };
  // What starts and stops its database is left out, but not its own arguments.
  const [part] = splitCommands(script?.text ?? "").flatMap((text) => useWords(runner, text) ?? []);
  const plain = { command: [...runner.program, ...runner.args], report };
  return part ?? { ...plain, ...(!isNodeTest(runner) && withEnv(runner)) };
}

/** Uses the words of a command that needs no shell; undefined if it needs one, or does not start the runner. */
function useWords(
  runner: NodeRunner,
  text: string,
): Pick<SuiteInput, "command" | "report" | "env"> | undefined {
  const plain = readPlainScript(text);
  const command = plain && insertReport(runner, plain.words);
  if (command === undefined) return undefined;
  const env = { ...keepOnBranch(plain?.env ?? {}), ...(isNodeTest(runner) ? {} : runner.env) };
  return { command, report: runner.report, ...(Object.keys(env).length > 0 && { env }) };
}

/**
 * Leads a script's own variables to the experiment's branch. Those that every command gets are dropped: a script often
 * sets them to a test database that all checkouts would share.
 */
function keepOnBranch(env: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(env).flatMap(([name, value]) => {
    const mapped = mapVariable(name) ?? (postgresUrl.test(value) ? "$DATABASE_URL" : undefined);
    return isGiven(name) ? [] : [[name, mapped ?? value]];
  });
  return Object.fromEntries(kept);
}

const isGiven = (name: string) =>
  fixedVariables.includes(name) || (isOfBranch(name) && mapVariable(name) === undefined);

const postgresUrl = /^postgres(ql)?:\/\//;

function runScript(runner: NodeRunner, name: string, manager: string): Pick<SuiteInput, "command" | "env"> {
  const run = [manager, "run", name];
  if (isNodeTest(runner)) return { command: run, ...withEnv(runner) };
  // Without `run`, vitest would watch if started on a terminal.
  const args = runner.name === "vitest" ? ["--run", ...runner.args] : runner.args;
  return { command: [...run, ...(manager === "npm" ? ["--"] : []), ...args], ...withEnv(runner) };
}

/** node's own runner takes options only before the files, so a script cannot pass them on. */
const isNodeTest = ({ program }: NodeRunner) => program[0] === "node";

const withEnv = ({ env }: NodeRunner) => (env === undefined ? {} : { env });

/** Adds the report's arguments to a script's words; undefined if they do not start the runner. */
function insertReport(runner: NodeRunner, words: readonly string[]): string[] | undefined {
  const start = words.findIndex((word, index) => {
    const found = runner.start.exec(words.slice(index, index + 2).join(" "));
    const isProgram = isNodeTest(runner) || !word.startsWith("-");
    return isProgram && found !== null && found.index < word.length;
  });
  if (start === -1) return undefined;
  if (/\s/.test(words[start] ?? "") || words.some((word) => wrapper.test(word)))
    return insertInside(runner, words);
  const at = isNodeTest(runner) ? words.indexOf("--test") : start;
  const before = dropLaunchers(words.slice(0, at));
  const rest = dropArguments(words.slice(at + 1), runner);
  if (isNodeTest(runner)) return [...before, "--test", ...runner.args, ...rest];
  const [, ...subcommand] = runner.program;
  const own = rest[0] === subcommand[0] ? rest.slice(1) : rest;
  return [...before, words[at] ?? "", ...subcommand, ...own, ...runner.args];
}

/** Adds the report's arguments to the word that is the runner's command; undefined if it does not end with that. */
function insertInside(runner: NodeRunner, words: readonly string[]): string[] | undefined {
  const at = words.findLastIndex((word) => runner.start.test(lastCommand(word) ?? ""));
  if (at === -1 || isNodeTest(runner)) return undefined;
  const args = runner.args.map((argument) => (/[[\s]/.test(argument) ? `"${argument}"` : argument));
  const program = words.findIndex((word) => !launchers.test(word));
  return [...words.slice(program, at), [words[at], ...args].join(" "), ...words.slice(at + 1)];
}

function dropLaunchers(words: readonly string[]): string[] {
  const kept: string[] = [];
  let isLaunched = false;
  for (const [index, word] of words.entries()) {
    isLaunched ||= launchers.test(word) && needsLauncher.test(words[index + 1] ?? "");
    // The end of options is kept if the program it belongs to is kept.
    if (isLaunched || !launchers.test(word) || (word === "--" && kept.length > 0)) kept.push(word);
    // Otherwise its file, which may point to a different database, would override the branch's variables.
    if (word === "env-cmd") kept.push("--no-override");
  }
  return kept;
}

function dropArguments(words: readonly string[], { drop: { flags, valued } }: NodeRunner): string[] {
  const isOption = (word: string, names: readonly string[]) =>
    names.some((name) => word === name || word.startsWith(`${name}=`) || word.startsWith(`${name}.`));
  return words.filter(
    (word, index) => !isOption(word, [...flags, ...valued]) && !valued.includes(words[index - 1] ?? ""),
  );
}
