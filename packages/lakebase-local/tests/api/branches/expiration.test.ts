import { expect, onTestFinished, test, vi } from "vitest";
import { parseDuration, parseTime, resolveExpiration } from "../../../src/api/branches/expiration.ts";

const now = "2026-08-21T12:00:00.000Z";
const limits = {
  max_ttl_seconds: 86_400,
  deleted_seconds: 1,
  max_branches: 1,
  max_computes: 1,
  min_free_bytes: 1,
};

function resolveNow(spec: Parameters<typeof resolveExpiration>[0]): string | undefined {
  vi.useFakeTimers({ now: new Date(now), toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  return resolveExpiration(spec, limits);
}

test.each([
  [{ ttl: "1s" }, "2026-08-21T12:00:01.000Z"],
  [{ ttl: "0.5s" }, "2026-08-21T12:00:00.500Z"],
  [{ ttl: "86400s" }, "2026-08-22T12:00:00.000Z"],
  [{ expire_time: "2026-08-21T12:00:01Z" }, "2026-08-21T12:00:01.000Z"],
  [{ expire_time: "2026-08-22T14:00:00+02:00" }, "2026-08-22T12:00:00.000Z"],
  [{ no_expiry: true }, undefined],
])("%j ends at %s", (spec, end) => {
  expect(resolveNow(spec)).toBe(end);
});

test.each([
  [{}, "No expiration is given: set exactly one of 'ttl', 'expire_time' or 'no_expiry'"],
  [{ ttl: "60s", no_expiry: true }, "mutually exclusive"],
  [{ ttl: "60s", expire_time: "2026-08-21T13:00:00Z" }, "mutually exclusive"],
  [{ ttl: "60s", no_expiry: false }, "mutually exclusive"],
  [{ no_expiry: false }, "'no_expiry' cannot be false"],
  [{ ttl: "0s" }, "must be in the future"],
  [{ ttl: "-1s" }, "must be in the future"],
  [{ expire_time: now }, "must be in the future"],
  [{ ttl: "86401s" }, "expiration time exceeds the maximum expiration time [TraceId: "],
  [{ ttl: "99999999999999999999s" }, "exceeds the maximum expiration time"],
  [{ expire_time: "2026-08-22T12:00:00.001Z" }, "exceeds the maximum expiration time"],
  [{ expire_time: "9999-12-31T23:59:59Z" }, "exceeds the maximum expiration time"],
])("refuses %j", (spec, reason) => {
  expect(() => resolveNow(spec)).toThrow(reason);
});

test.each(["", "60", "60 s", "1m", "720h", "PT60S", "1e3s", "s", "60S", "1.0000000001s"])(
  "%j is no duration, and the refusal shows one",
  (text) => {
    expect(() => parseDuration("ttl", text)).toThrow(
      `Field 'ttl' must be a duration in seconds such as "3600s", got '${text}'.`,
    );
  },
);

test.each(["", "2026-08-21", "2026-08-21T12:00:00", "2026-02-30T12:00:00Z", "21.08.2026", "1755777600"])(
  "%j is no time, and the refusal shows one",
  (text) => {
    expect(() => parseTime("expire_time", text)).toThrow(
      `Field 'expire_time' must be a time such as "2026-08-21T12:00:00Z", got '${text}'.`,
    );
  },
);
