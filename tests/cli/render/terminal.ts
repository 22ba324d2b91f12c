import { onTestFinished } from "vitest";

/** Makes this process's output look like a terminal of that width, until the test is done. */
export function pretendTerminal(columns: number): void {
  const { isTTY, columns: before } = process.stdout;
  Object.assign(process.stdout, { isTTY: true, columns });
  onTestFinished(() => {
    Object.assign(process.stdout, { isTTY, columns: before });
  });
}
