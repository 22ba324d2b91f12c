import { readFile } from "node:fs/promises";
import type { Command } from "../commands.ts";
import { isObject } from "../fields.ts";
import { getMessage } from "../local-error.ts";
import { resourceFields } from "./resource-fields.ts";

/** The fields of the resource that a command is about, see `resourceFields`. */
export function findFields({ name }: Command): object {
  return resourceFields[name.split("-").at(-1) ?? ""] ?? {};
}

/**
 * Reads the value of `--json`: JSON, or the file named after an at sign. Fields that the resource does not have
 * are reported on standard error and left out, as the official command does.
 */
export async function readJson(command: Command, text: string): Promise<unknown> {
  const place = text.startsWith("@") ? text.slice(1) : "(inline)";
  const source = text.startsWith("@") ? await readFile(place, "utf8") : text;
  const value = parse(source, place);
  if (command.name === "create-role" && isObject(value) && "role" in value) {
    throw new Error(
      `--json should NOT be wrapped in '{"role": ...}'.\n\nGive the role's own fields: '{"spec": {...}}'`,
    );
  }
  return strip(value, findFields(command), "", (name, above) => {
    process.stderr.write(
      `Warning: unknown field: ${name}\n${above && `  at ${above}\n`}  in ${place}:${findPosition(source, name)}\n\n`,
    );
  });
}

function parse(source: string, place: string): unknown {
  try {
    return JSON.parse(source);
  } catch (error) {
    throw new Error(`error decoding JSON at ${place}: ${getMessage(error)}`);
  }
}

function strip(
  value: unknown,
  known: unknown,
  path: string,
  onUnknown: (name: string, path: string) => void,
): unknown {
  if (Array.isArray(value) && Array.isArray(known))
    return value.map((item, place) => strip(item, known[0], `${path}[${place}]`, onUnknown));
  if (!isObject(value) || !isObject(known) || Object.keys(known).length === 0) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, item]) => {
      const isKnown = Object.hasOwn(known, name);
      if (!isKnown) onUnknown(name, path);
      return isKnown ? [[name, strip(item, known[name], path ? `${path}.${name}` : name, onUnknown)]] : [];
    }),
  );
}

/** Line and column of a field's first mention. */
function findPosition(source: string, name: string): string {
  const before = source.slice(0, Math.max(0, source.indexOf(`"${name}"`)) + 1).split("\n");
  return `${before.length}:${(before.at(-1) ?? "").length + 1}`;
}
