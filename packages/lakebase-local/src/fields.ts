/*
 * Reads JSON without zod: to load zod takes a command longer than the daemon takes to answer it.
 */

/** Whether a value is an object with fields. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A field of a value, if that is an object that has it. */
export function readField(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/**
 * A field that holds text.
 * @throws Error that names the field when it does not.
 */
export function readText(value: unknown, name: string): string {
  const text = readField(value, name);
  if (typeof text !== "string") throw new TypeError(`${name} is not a text in ${JSON.stringify(value)}`);
  return text;
}

/** A field that holds a list; an empty list when there is none. */
export function readList(value: unknown, name: string): unknown[] {
  const list = readField(value, name);
  return Array.isArray(list) ? list : [];
}
