/** Splits the value of a list option, as in `--tags api,e2e` or `--tags 'api, e2e'`. */
export function splitList(text: string): string[] {
  return text
    .split(",")
    .map((value) => value.trim())
    .filter((value) => value !== "");
}
