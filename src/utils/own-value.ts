/** A record's own value: a tag may bear the name of what every object has, such as `constructor`. */
export function ownValue<Value>(record: Record<string, Value>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
