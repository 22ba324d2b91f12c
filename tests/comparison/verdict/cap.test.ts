import { expect, test } from "vitest";
import { type Signal, signalSchema } from "../../../schemas/comparison/comparison.ts";
import { applyCap } from "../../../src/comparison/verdict/cap.ts";

const cap = { reason: "max_cycles", at_cycle: 3, cap_value: 3 } as const;

/** What has been won, is at work, was closed or cannot be read is so all the same. */
const kept: Signal[] = ["winning", "running", "abandoned", "unreadable"];

test.each(signalSchema.options)("applies a cap to the signal %s", (signal) => {
  const verdict = { signal, evidence_state: "counted" } as const;
  expect(applyCap(verdict, undefined)).toBe(verdict);
  const { signal: capped, evidence_state, reason } = applyCap(verdict, cap);
  expect(evidence_state).toBe("counted");
  expect(capped).toBe(kept.includes(signal) ? signal : "capped");
  expect(reason).toBe(kept.includes(signal) ? undefined : "it has run its 3 cycles");
});

test("keeps an existing reason after the cap's", () => {
  const verdict = { signal: "no_evidence", evidence_state: "none", reason: "no test passed" } as const;
  const minutes = { reason: "max_wall_clock_minutes", at_cycle: 3, at_minutes: 1.2, cap_value: 1 } as const;
  expect(applyCap(verdict, minutes).reason).toBe("it has run for its 1 minute; no test passed");
});
