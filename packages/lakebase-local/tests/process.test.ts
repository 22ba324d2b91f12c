import { expect, onTestFinished, test, vi } from "vitest";
import { hasEnded } from "../src/process.ts";

test("waits for a process no longer than asked, though the clock is set back meanwhile", async () => {
  const waiting = hasEnded(process.pid, 0.1);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 86_400_000 });
  onTestFinished(() => void vi.useRealTimers());
  expect(await waiting).toBe(false);
});
