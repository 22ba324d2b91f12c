/** Returns a field of what another program sent; undefined if there is none. */
export function field(value: unknown, ...path: string[]): unknown {
  return path.reduce(
    (found: unknown, name) =>
      typeof found === "object" && found !== null ? Reflect.get(found, name) : undefined,
    value,
  );
}

export function textField(value: unknown, ...path: string[]): string | undefined {
  const found = field(value, ...path);
  return typeof found === "string" ? found : undefined;
}
