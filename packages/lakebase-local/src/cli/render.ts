/** JSON as the official command prints it. */
export function render(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
