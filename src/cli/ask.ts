import { createInterface } from "node:readline/promises";

/**
 * Whether a command may act. On a terminal it asks, unless the answer was given; elsewhere only what was given counts.
 * @param isGiven whether `--yes` was passed
 */
export async function mayAct(question: string, isGiven: boolean): Promise<boolean> {
  if (isGiven) return true;
  if (!process.stdin.isTTY || !process.stdout.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}
