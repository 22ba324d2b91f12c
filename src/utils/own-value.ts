/** Returns a record's own value: a tag may have the name of an inherited property, such as `constructor`. */
export function ownValue<Value>(record: Record<string, Value>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
