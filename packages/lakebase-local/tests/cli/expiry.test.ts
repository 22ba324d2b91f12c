import { expect, test } from "vitest";
import { addExpiry } from "../../src/cli/expiry.ts";

const parent = { source_branch: "projects/local/branches/dev" };

test.each([
  [{ ttl: "604800s" }, { ttl: "604800s" }],
  [{ ttl: "168h" }, { ttl: "604800s" }],
  [{ ttl: "1h30m" }, { ttl: "5400s" }],
  [{ ttl: "7d" }, { ttl: "604800s" }],
  [{ ttl: "3w" }, { ttl: "1814400s" }],
  [{ "no-expiry": "true" }, { no_expiry: true }],
])("adds the flags %o to the body's spec", (flags, expiry) => {
  expect(addExpiry({ spec: parent }, toMap(flags))).toEqual({ spec: { ...parent, ...expiry } });
  expect(addExpiry({}, toMap(flags))).toEqual({ spec: expiry });
});

test("leaves the body as it is without an expiry flag", () => {
  expect(addExpiry({ spec: parent }, toMap({}))).toEqual({ spec: parent });
});

test.each([
  [{ ttl: "7d", "no-expiry": "true" }, {}, "more than once"],
  [{ ttl: "7d" }, { no_expiry: true }, "more than once"],
  [{ "no-expiry": "true" }, { expire_time: "2026-08-21T12:00:00Z" }, "more than once"],
  [{ "no-expiry": "false" }, {}, "--no-expiry=false is not valid"],
  [{ ttl: "soon" }, {}, 'invalid --ttl "soon"'],
  [{ ttl: "0d" }, {}, 'invalid --ttl "0d"'],
  [{ ttl: "-1h" }, {}, 'invalid --ttl "-1h"'],
])("refuses the flags %o with the spec %o", (flags, spec, reason) => {
  expect(() => addExpiry({ spec }, toMap(flags))).toThrow(reason);
});

function toMap(flags: Record<string, string>): Map<string, string> {
  return new Map(Object.entries(flags));
}
