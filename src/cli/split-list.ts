/** The values of an option that takes several, as in `--tags api,e2e`. */
export function splitList(text: string): string[] {
  return text.split(",").filter((value) => value !== "");
}
