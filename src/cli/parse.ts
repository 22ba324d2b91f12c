import { CoreError } from "../utils/core-error.ts";
import { findNearest } from "../utils/text/find-nearest.ts";
import type { Command } from "./command.ts";
import { type Flags, type OptionName, options, parseOptions, sharedOptions } from "./options.ts";

export interface CommandLine {
  name: string;
  command: Command;
  args: string[];
  flags: Flags;
}

/**
 * Parses a command line: the command (default: `serve`), its arguments, and its options.
 * @throws CoreError `unknown_command`; `invalid_input` for an option that the command does not take or that lacks its
 *   value or is repeated, and for too few or too many arguments, unless help is requested
 */
export function parseCommandLine(commands: Readonly<Record<string, Command>>, argv: string[]): CommandLine {
  const { values: flags, positionals, tokens } = parseOptions(argv);
  const [name = "serve", ...args] = positionals;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) throw refuseCommand(name, commands);
  const given = tokens.flatMap((token) => (token.kind === "option" ? token.name : []));
  for (const option of given) checkOption(name, command, option);
  refuseRepeated(given);
  if (flags.help !== true) checkCount(name, command, args);
  return { name, command, args, flags };
}

/** Formats the usage line, such as `lakebase-experiments promote [OPTIONS] FEATURE EXPERIMENT`. */
export function formatUsage(name: string, { parameters = "" }: Command): string {
  return ["lakebase-experiments", name, "[OPTIONS]", parameters].filter((part) => part !== "").join(" ");
}

function refuseCommand(name: string, commands: Readonly<Record<string, Command>>): CoreError {
  const shown = Object.keys(commands).filter((each) => commands[each]?.isInternal !== true);
  const nearest = findNearest(name, shown);
  const guess = nearest === undefined ? "" : `Did you mean ${nearest}? `;
  return new CoreError("unknown_command", `Unknown command ${name}.`, {
    hint: `${guess}lakebase-experiments --help lists the commands.`,
  });
}

function checkOption(name: string, { options = [] }: Command, option: string): void {
  const taken: readonly string[] = [...options, ...sharedOptions];
  if (taken.includes(option)) return;
  throw new CoreError("invalid_input", `${name} does not take the option --${option}.`, {
    hint: `It takes ${taken.map((each) => `--${each}`).join(", ")}.`,
  });
}

/** Only the last of several values would count. */
function refuseRepeated(given: readonly OptionName[]): void {
  for (const [index, name] of given.entries()) {
    const option = options[name];
    if (!("value" in option) || given.indexOf(name) === index) continue;
    throw new CoreError("invalid_input", `--${name} is given more than once.`, {
      hint: `Give it once, as --${name} ${option.value}.`,
    });
  }
}

function checkCount(name: string, command: Command, args: string[]): void {
  const parameters = command.parameters?.split(" ").filter((parameter) => parameter !== "--") ?? [];
  const required = parameters.filter((parameter) => !parameter.startsWith("["));
  const hint = `Usage: ${formatUsage(name, command)}`;
  if (args.length < required.length) {
    const missing = required.slice(args.length).map((parameter) => parameter.replace("…", ""));
    throw new CoreError("invalid_input", `${name} needs ${missing.join(" and ")}.`, { hint });
  }
  const mayRepeat = parameters.some((parameter) => parameter.includes("…"));
  if (!mayRepeat && args.length > parameters.length) {
    const extra = args.slice(parameters.length).join(" ");
    throw new CoreError("invalid_input", `${name} does not take the argument ${extra}.`, { hint });
  }
}
