import { describe, expect, test } from "vitest";
import { asExpiry, describeExpiry, describeOtherExpiry } from "../../src/lakebase/branches/expiry.ts";

const end = "2026-08-28T12:00:00Z";
const cut = { cut_at: "2026-08-21T12:00:00Z", expire_time: end };
const branch = { branch: "dev", expire_time: end };

test.each([
  [{ ttl: "604800s" }, "604800s"],
  [{ expire_time: end }, end],
  [{ expire_time: "2026-08-28T14:00:00+02:00" }, "2026-08-28T14:00:00+02:00"],
  [{ no_expiry: true as const }, "no_expiry"],
])("%j is an expiry", (expiry, text) => {
  expect(asExpiry(expiry)).toEqual(expiry);
  expect(describeExpiry(expiry)).toBe(text);
});

test.each([
  {},
  { ttl: "7d" },
  { ttl: "604800" },
  { ttl: "0.5s" },
  { ttl: "-1s" },
  { ttl: "604800s", no_expiry: true },
  { expire_time: "tomorrow" },
  { expire_time: "2026-08-28" },
  { no_expiry: false },
  null,
])("%j is none", (value) => {
  const given = JSON.parse(JSON.stringify(value));
  expect(() => asExpiry(given)).toThrow(
    expect.objectContaining({ code: "invalid_expiry", message: expect.stringContaining("Invalid expiry: ") }),
  );
});

describe("an existing branch", () => {
  test.each([
    ["lives as long as was asked", [{ ttl: "604800s" }]],
    ["was extended since it was cut", [{ ttl: "604800s" }]],
    ["differs by a minute, for clocks differ", [{ ttl: "604740s" }]],
    ["ends when it was to end", [{ expire_time: "2026-08-28T14:00:00+02:00" }]],
    ["has the second of the lives that were acceptable", [{ ttl: "2592000s" }, { ttl: "604800s" }]],
  ])("that %s needs no warning", (_what, asked) => {
    const now = { branch: "dev", expire_time: "2026-09-09T00:00:00Z" };
    expect(describeOtherExpiry(now, asked, cut)).toBeUndefined();
  });

  test("that never expires needs none if that was asked", () => {
    const never = { ...cut, expire_time: null };
    expect(
      describeOtherExpiry({ branch: "dev", expire_time: null }, [{ no_expiry: true }], never),
    ).toBeUndefined();
    expect(describeOtherExpiry({ branch: "dev", expire_time: null }, [], never)).toBeUndefined();
  });

  test.each([
    [[{ ttl: "604739s" }], "604739s"],
    [[{ ttl: "604861s" }], "604861s"],
    [[{ expire_time: "2026-08-29T12:00:00Z" }], "2026-08-29T12:00:00Z"],
    [[{ no_expiry: true as const }], "no_expiry"],
    [[{ ttl: "60s" }, { ttl: "120s" }], "60s"],
  ])("for which %j was asked has another life, which is said", (asked, wanted) => {
    expect(describeOtherExpiry(branch, asked, cut)).toBe(
      `Branch dev already existed and lives until ${end}: ${wanted} was not applied.`,
    );
  });

  test("that never expires is said to", () => {
    const never = { ...cut, expire_time: null };
    expect(describeOtherExpiry({ branch: "dev", expire_time: null }, [{ ttl: "60s" }], never)).toBe(
      "Branch dev already existed and never expires: 60s was not applied.",
    );
  });
});
