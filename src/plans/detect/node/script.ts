/** A script in package.json that needs no shell. */
export interface PlainScript {
  env: Record<string, string>;
  words: string[];
}

/** Matches a word without characters that a shell would interpret, or a quoted string. */
const word = /\s*((?:[^\s'"\\$`&|;<>()*?[\]{}~#!]|'[^']*'|"[^"$`\\]*")+)/y;

const assignment = /^([A-Za-z_]\w*)=(.*)$/s;

/** Splits a script into its leading variables and its words; undefined if only a shell can run it. */
export function readPlainScript(script: string): PlainScript | undefined {
  const words = splitWords(script);
  if (words === undefined) return undefined;
  const env: Record<string, string> = {};
  while (words.length > 0) {
    const [, name, value] = assignment.exec(words[0] ?? "") ?? [];
    if (name === undefined && words[0] !== "cross-env") break;
    if (name !== undefined) env[name] = value ?? "";
    words.shift();
  }
  return { env, words };
}

function splitWords(script: string): string[] | undefined {
  const text = script.trim();
  const words: string[] = [];
  word.lastIndex = 0;
  while (word.lastIndex < text.length) {
    const found = word.exec(text)?.[1];
    if (found === undefined) return undefined;
    words.push(found.replace(/'([^']*)'|"([^"]*)"/g, (_whole, single, double) => single ?? double));
  }
  return words;
}

/** Splits a script into the commands that it starts one after another. */
export const splitCommands = (script: string): string[] => script.split(/&&|\|\||;/);

/**
 * Returns the last command of a script, which receives arguments added to the script; undefined if its output is piped
 * or redirected.
 */
export function lastCommand(script: string): string | undefined {
  const last = splitCommands(script).at(-1);
  return last === undefined || /[|<>&]/.test(last) ? undefined : last;
}

/** Matches where a script starts others, whose names may be those of runners. */
export const otherScripts = /\b(npm|pnpm|yarn|bun) run(-script)? [\w:.-]+/g;

/** Without `run`, Bun starts its own test runner instead. */
const alias = /^(?!bun test$)(?:npm|pnpm|yarn|bun)(?: run| run-script)? ([\w:.-]+)$/;

/** Finds the script that a script stands for if it only starts another one: `npm run test:unit`. */
export function followScript(
  scripts: Readonly<Record<string, string>>,
  name: string,
  seen: readonly string[] = [],
): { name: string; text: string } {
  const text = scripts[name] ?? "";
  const next = alias.exec(text.trim())?.[1];
  const isOther = next !== undefined && Object.hasOwn(scripts, next) && ![...seen, name].includes(next);
  return isOther ? followScript(scripts, next, [...seen, name]) : { name, text };
}

/** Matches a script that starts a server, and another script once that answers; the last group is its name. */
const waiting = /^((?:[\w-]+ )?(?:start-server-and-test|server-test|start-test) .*?)(["']?)([\w:.-]+)\2\s*$/;

/** Puts the text of the script that a script only starts once a server answers in the place of its name. */
export function inlineWaiting(
  scripts: Readonly<Record<string, string>>,
  text: string,
): { text: string; waiting?: string } {
  const [, start = "", , name = ""] = waiting.exec(text) ?? [];
  if (!Object.hasOwn(scripts, name)) return { text };
  const inner = followScript(scripts, name).text;
  return { text: inner.includes("'") ? text : `${start}'${inner}'`, waiting: name };
}
