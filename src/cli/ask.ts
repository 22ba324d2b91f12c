import { createInterface } from "node:readline/promises";

/**
 * Whether a command may act. On a terminal it asks, unless the answer was given as an option; elsewhere only the option
 * counts.
 * @param isGiven whether `--yes` was passed
 */
export async function confirmAction(question: string, isGiven: boolean): Promise<boolean> {
  if (isGiven) return true;
  return /^y(es)?$/i.test((await askText(`${question} [y/N]`)) ?? "");
}

/** Asks a question on the terminal and returns the trimmed answer; undefined if there is no terminal. */
export async function askText(question: string): Promise<string | undefined> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return undefined;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await terminal.question(`${question} `)).trim();
  } finally {
    terminal.close();
  }
}
