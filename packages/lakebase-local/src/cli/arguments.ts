import type { Flag } from "../commands.ts";

/** What a command line says. */
export interface Arguments {
  positionals: string[];
  /** Values by flag name. A switch is "true" or "false". */
  flags: Map<string, string>;
}

/** The command line is wrong. How the command is called is shown below the message. */
export class UsageError extends Error {
  override readonly name: string = "UsageError";
  readonly usage: string;

  constructor(message: string, usage: string) {
    super(message);
    this.usage = usage;
  }
}

type KnownFlag = Flag & { short?: string };

/** Flags that every command takes. */
const globalFlags: KnownFlag[] = [
  { name: "output", short: "o", kind: "output" },
  { name: "profile", short: "p", kind: "string" },
  { name: "target", short: "t", kind: "string" },
  { name: "debug", kind: "bool" },
  { name: "log-level", kind: "string" },
  { name: "log-file", kind: "string" },
  { name: "help", short: "h", kind: "bool" },
];

/**
 * Splits arguments into positionals and flags, which may be mixed: `--name value`, `--name=value`, `-o json`.
 * @throws UsageError for a flag that is not known, lacks its value or has a malformed one.
 */
export function parseArguments(words: string[], flags: Flag[], usage: string): Arguments {
  try {
    return split(words, [...flags, ...globalFlags]);
  } catch (error) {
    throw error instanceof Malformed ? new UsageError(error.message, usage) : error;
  }
}

/** A flag that cannot be read. */
class Malformed extends Error {}

function split(words: string[], known: KnownFlag[]): Arguments {
  const parsed: Arguments = { positionals: [], flags: new Map() };
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === "--") {
      parsed.positionals.push(...rest);
      break;
    }
    if (!word.startsWith("-") || word === "-") {
      parsed.positionals.push(word);
      continue;
    }
    const { flag, attached } = findFlag(word, known);
    const value = attached ?? (flag.kind === "bool" ? "true" : rest.shift());
    if (value === undefined) throw new Malformed(`flag needs an argument: ${quoteShort(word)}`);
    parsed.flags.set(flag.name, readValue(flag, value));
  }
  return parsed;
}

/** Seconds of a Go duration such as `1m30s`; undefined when it is none. */
export function parseGoDuration(text: string): number | undefined {
  const units: Record<string, number> = { ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };
  if (text === "0") return 0;
  if (!/^[+-]?((\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/g)];
  const seconds = parts.reduce((sum, [, count, unit]) => sum + Number(count) * (units[unit ?? "s"] ?? 1), 0);
  return text.startsWith("-") ? -seconds : seconds;
}

function findFlag(word: string, known: KnownFlag[]): { flag: KnownFlag; attached: string | undefined } {
  const [head = "", ...tail] = word.split("=");
  const attached = tail.length > 0 ? tail.join("=") : undefined;
  if (head.startsWith("--")) {
    const flag = known.find(({ name }) => `--${name}` === head);
    if (!flag) throw new Malformed(`unknown flag: ${head}`);
    return { flag, attached };
  }
  const letter = head.charAt(1);
  const flag = known.find(({ short }) => short === letter);
  if (!flag) throw new Malformed(`unknown shorthand flag: '${letter}' in ${word}`);
  // -ojson and -o=json both give json.
  return { flag, attached: word.length > 2 ? word.slice(2).replace(/^=/, "") : undefined };
}

/** The value as every reader of it expects it: a switch is "true" or "false". */
function readValue({ name, kind, short }: KnownFlag, value: string): string {
  const shown = short === undefined ? `--${name}` : `-${short}, --${name}`;
  const refuse = (reason: string) =>
    new Malformed(`invalid argument "${value}" for "${shown}" flag: ${reason}`);
  if (kind === "bool") {
    const isTrue = ["1", "t", "T", "true", "TRUE", "True"].includes(value);
    if (isTrue || ["0", "f", "F", "false", "FALSE", "False"].includes(value)) return String(isTrue);
    throw refuse(`strconv.ParseBool: parsing "${value}": invalid syntax`);
  }
  if (kind === "output") {
    const format = value.toLowerCase();
    if (format === "json" || format === "text") return format;
    throw refuse("accepted arguments are json and text");
  }
  if (kind === "int" && !/^[+-]?\d+$/.test(value)) {
    throw refuse(`strconv.ParseInt: parsing "${value}": invalid syntax`);
  }
  if (kind === "duration" && parseGoDuration(value) === undefined) {
    const reason = /^[+-]?\d+(\.\d+)?$/.test(value) ? "missing unit in duration" : "invalid duration";
    throw refuse(`time: ${reason} "${value}"`);
  }
  if (kind === "json" && value === "") {
    throw refuse("expected inline JSON or @path/to/file, got an empty string");
  }
  return value;
}

function quoteShort(word: string): string {
  return word.startsWith("--") ? word : `'${word.charAt(1)}' in ${word}`;
}

/** Whether a switch is on. */
export function isOn(value: string | undefined): boolean {
  return value === "true";
}
