import { createInterface } from "node:readline/promises";

/**
 * Whether a command may act. On a terminal it asks, unless the answer was given; elsewhere only what was given counts.
 * @param isGiven whether `--yes` was passed
 */
export async function mayAct(question: string, isGiven: boolean): Promise<boolean> {
  if (isGiven) return true;
  return /^y(es)?$/i.test((await askText(`${question} [y/N]`)) ?? "");
}

/** What somebody answers on a terminal, without space around it; undefined where there is no terminal. */
export async function askText(question: string): Promise<string | undefined> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return undefined;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await terminal.question(`${question} `)).trim();
  } finally {
    terminal.close();
  }
}
