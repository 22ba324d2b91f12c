/*
 * Reads JSON without zod: loading it takes longer than the daemon takes to answer.
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
 * Reads an answer of the daemon.
 * @throws Error when it is not JSON.
 */
export function parseAnswer(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable("it is not JSON");
  }
}

/**
 * A field of an answer that holds text.
 * @throws Error that names the field when it does not.
 */
export function readText(answer: unknown, name: string): string {
  const text = readField(answer, name);
  if (typeof text !== "string") throw unreadable(`'${name}' is ${describe(text)} where text is expected`);
  return text;
}

/**
 * A field of an answer that holds text, if the answer has it.
 * @throws Error that names the field when it holds something else.
 */
export function readOptionalText(answer: unknown, name: string): string | undefined {
  return readField(answer, name) === undefined ? undefined : readText(answer, name);
}

/**
 * A field of an answer that holds a list; an empty list when the answer does not have it.
 * @throws Error that names the field when it holds something else, or when the answer is not an object.
 */
export function readList(answer: unknown, name: string): unknown[] {
  if (!isObject(answer)) throw unreadable(`it is ${describe(answer)} where an object is expected`);
  const list = readField(answer, name) ?? [];
  if (!Array.isArray(list)) throw unreadable(`'${name}' is ${describe(list)} where a list is expected`);
  return list;
}

/** Says what kind of value there is. The value itself may be a secret. */
function describe(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

function unreadable(reason: string): Error {
  return new Error(`the daemon's answer is not readable: ${reason}`);
}
