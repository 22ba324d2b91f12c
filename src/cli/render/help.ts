import type { Command } from "../command.ts";
import { type OptionName, options, sharedOptions } from "../options.ts";
import { formatUsage } from "../parse.ts";
import { type Entry, helpWidth, renderEntries, wrapText } from "./wrap.ts";

/** Renders an overview of all commands. */
export function renderHelp(commands: Readonly<Record<string, Command>>): string {
  const shown = Object.entries(commands).filter(([, { isInternal }]) => isInternal !== true);
  const entries = shown.map(
    ([name, { parameters = "", summary }]): Entry => [`${name} ${parameters}`, summary],
  );
  return [
    "Usage: lakebase-experiments [COMMAND] [OPTIONS]",
    "",
    "Commands",
    ...renderEntries(entries),
    "",
    "Options of every command",
    ...renderOptions(sharedOptions),
    "",
    "lakebase-experiments COMMAND --help shows the options of a command, and",
    "lakebase-experiments --version the version.",
  ].join("\n");
}

/** Renders one command's usage, description and options. */
export function renderCommandHelp(name: string, command: Command): string {
  const { summary, details, options: own = [], optionTexts } = command;
  return [
    `Usage: ${formatUsage(name, command)}`,
    "",
    ...wrapText(`${summary.slice(0, 1).toUpperCase()}${summary.slice(1)}.`, 0, helpWidth),
    ...(details === undefined ? [] : wrapText(details, 0, helpWidth)),
    "",
    "Options",
    ...renderOptions([...own, ...sharedOptions], optionTexts),
  ].join("\n");
}

function renderOptions(names: readonly OptionName[], texts: Command["optionTexts"] = {}): string[] {
  return renderEntries(
    names.map((name): Entry => {
      const option = options[name];
      const letter = "short" in option ? `-${option.short}, ` : "";
      const value = "value" in option ? ` ${option.value}` : "";
      return [`${letter}--${name}${value}`, texts[name] ?? option.text];
    }),
  );
}
