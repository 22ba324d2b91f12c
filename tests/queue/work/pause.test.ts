import { expect, it, onTestFinished, vi } from "vitest";
import { Pauses } from "../../../src/queue/work/pause.ts";
import { CoreError } from "../../../src/utils/core-error.ts";

const trouble = new CoreError("not_authenticated", "The login has expired.", { hint: "Log in again." });

/** Pauses on a clock that only the test moves. */
function openPauses() {
  let now = 1_000;
  const clock = vi.spyOn(performance, "now").mockImplementation(() => now);
  onTestFinished(() => clock.mockRestore());
  const pauses = new Pauses();
  const wait = (seconds: number) => {
    now += seconds * 1_000;
  };
  return { pauses, wait };
}

it("takes jobs until something keeps it from running any", () => {
  const { pauses, wait } = openPauses();
  expect(pauses.current).toBeUndefined();
  expect(pauses.begin(trouble)).toBe(30);
  wait(29);
  expect(pauses.current).toEqual({
    seconds: 1,
    trouble: {
      code: "not_authenticated",
      message: "The login has expired.",
      hint: "Log in again.",
      retryable: false,
    },
  });
  wait(1);
  expect(pauses.current).toBeUndefined();
});

it("begins one pause for several jobs that fail together", () => {
  const { pauses, wait } = openPauses();
  pauses.begin(trouble);
  wait(10);
  expect(pauses.begin(trouble)).toBeUndefined();
  expect(pauses.current?.seconds).toBe(20);
});

it("pauses twice as long each time, up to ten minutes, and briefly again after a job went well", () => {
  const { pauses, wait } = openPauses();
  const next = () => {
    const seconds = pauses.begin(trouble);
    wait(seconds ?? 0);
    return seconds;
  };
  expect([next(), next(), next(), next(), next(), next(), next()]).toEqual([30, 60, 120, 240, 480, 600, 600]);
  pauses.reset();
  expect(next()).toBe(30);
});
