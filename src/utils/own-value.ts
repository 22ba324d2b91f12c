/** Returns a record's own value: a tag may have the name of an inherited property, such as `constructor`. */
export function ownValue<Value>(record: Record<string, Value> | undefined, key: string): Value | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}
