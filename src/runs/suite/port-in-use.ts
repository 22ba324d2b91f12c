/** What servers and runners print if a port is in use. */
const portInUse =
  /EADDRINUSE|address already in use|\bport\b.{0,20}\b(?:is|was) (?:already )?in use|is already used, make sure/i;

/** How much is shown of a line, in characters, and of what precedes the words in it. */
const most = { line: 200, before: 80 };

/** Finds the line that says that a port is in use; of a long one, the part that says so. */
export function findPortInUse(texts: readonly string[]): string | undefined {
  for (const text of texts) {
    const { index } = portInUse.exec(text) ?? {};
    if (index === undefined) continue;
    const begin = text.lastIndexOf("\n", index) + 1;
    const from = Math.max(begin, index - most.before);
    const [line = ""] = text.slice(from, from + most.line).split(/\r?\n/, 1);
    return line.trim();
  }
  return undefined;
}
